package io.breakwater.loadtest.surge.fleet.play;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AtOnceTest {
  private final List<Integer> begun = new ArrayList<>();
  private int ends;

  @Test
  void so_many_are_under_way_and_the_next_begins_when_one_ends() {
    AtOnce<Integer> tasks =
        new AtOnce<>(3, IntStream.range(0, 5).iterator(), begun::add, () -> ends++);
    tasks.begin();
    assertThat(begun).containsExactly(0, 1, 2);
    tasks.ended();
    assertThat(begun).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(ends).isZero();
      tasks.ended();
    }
    assertThat(ends).isEqualTo(1);
  }

  @Test
  void things_that_end_at_once_do_not_pile_up() {
    List<AtOnce<Integer>> tasks = new ArrayList<>();
    tasks.add(
        new AtOnce<>(
            3,
            IntStream.range(0, 100_000).iterator(),
            each -> {
              begun.add(each);
              tasks.getFirst().ended();
            },
            () -> ends++));
    tasks.getFirst().begin();
    assertThat(begun).hasSize(100_000);
    assertThat(ends).isEqualTo(1);
  }

  @Test
  void nothing_to_do_is_done() {
    new AtOnce<Integer>(1, List.<Integer>of().iterator(), begun::add, () -> ends++).begin();
    assertThat(ends).isEqualTo(1);
  }
}
