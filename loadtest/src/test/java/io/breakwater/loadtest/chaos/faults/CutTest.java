package io.breakwater.loadtest.chaos.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.loadtest.chaos.faults.Cut.Way;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class CutTest {
  private static final Way ONE = new Way("delivery-1", "gateway-1", 7);
  private static final Way OTHER = new Way("delivery-2", "gateway-1", 7);
  private static final Way THIRD = new Way("delivery-3", "gateway-1", 7);
  private static final List<Way> ALL = List.of(ONE, OTHER, THIRD);

  /** Only if they wait for each other. */
  private static final int LIMIT_S = 10;

  private final Queue<Way> cut = new ConcurrentLinkedQueue<>();
  private final Queue<Way> mended = new ConcurrentLinkedQueue<>();

  private static Consumer<Way> but(Way not, Consumer<Way> work) {
    return way -> {
      if (way.equals(not)) {
        throw new TrialFailure("no: " + way);
      }
      work.accept(way);
    };
  }

  @Test
  void what_was_cut_is_mended_at_the_end() {
    try (var _ = Cut.of(ALL, cut::add, mended::add)) {
      assertThat(cut).containsExactlyInAnyOrderElementsOf(ALL);
      assertThat(mended).isEmpty();
    }

    assertThat(mended).containsExactlyInAnyOrderElementsOf(ALL);
  }

  @Test
  void if_one_cannot_be_cut_the_others_are_mended_and_it_is_not() {
    assertThatThrownBy(() -> Cut.of(ALL, but(OTHER, cut::add), mended::add))
        .isInstanceOf(TrialFailure.class)
        .hasMessage("no: " + OTHER);

    assertThat(mended).containsExactlyInAnyOrder(ONE, THIRD);
  }

  @Test
  void one_that_cannot_be_mended_keeps_no_other_cut() {
    Cut made = Cut.of(ALL, cut::add, but(ONE, mended::add));

    assertThatThrownBy(made::close).isInstanceOf(TrialFailure.class).hasMessage("no: " + ONE);
    assertThat(mended).containsExactlyInAnyOrder(OTHER, THIRD);
  }

  @Test
  void all_are_cut_at_the_same_time() {
    CountDownLatch begun = new CountDownLatch(ALL.size());
    Consumer<Way> waiting =
        way -> {
          begun.countDown();
          try {
            if (begun.await(LIMIT_S, TimeUnit.SECONDS)) {
              cut.add(way);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };

    try (var _ = Cut.of(ALL, waiting, mended::add)) {
      assertThat(cut).hasSize(ALL.size());
    }
  }
}
