package io.breakwater.gateway.accept;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Who makes room for others. */
final class UnheardTest {
  private static final class One implements Unheard.Member {
    private final long acceptedAtMs;
    private Unheard.Stage stage = Unheard.Stage.SILENT;

    One(long acceptedAtMs) {
      this.acceptedAtMs = acceptedAtMs;
    }

    @Override
    public Unheard.Stage stage() {
      return stage;
    }

    @Override
    public long acceptedAtMs() {
      return acceptedAtMs;
    }
  }

  private static final long LATER_MS = 10_000;
  private final Unheard<One> unheard = new Unheard<>();

  private One accepted(long atMs) {
    One one = new One(atMs);
    unheard.add(one);
    return one;
  }

  @Test
  void the_oldest_silent_one_goes_first_and_who_has_begun_when_nobody_is_silent() {
    One begun = accepted(1);
    One silent = accepted(2);
    One heard = accepted(3);
    One younger = accepted(4);
    begun.stage = Unheard.Stage.BEGUN;
    heard.stage = Unheard.Stage.HEARD;
    assertThat(unheard.oldest(9, LATER_MS)).containsSame(silent);
    assertThat(unheard.oldest(9, LATER_MS)).containsSame(younger);
    assertThat(unheard.oldest(9, LATER_MS)).containsSame(begun);
    assertThat(unheard.oldest(9, LATER_MS)).isEmpty();
  }

  @Test
  void who_has_begun_stays_while_silent_ones_are_going_to_be_enough() {
    One begun = accepted(1);
    begun.stage = Unheard.Stage.BEGUN;
    accepted(LATER_MS);
    assertThat(unheard.oldest(1, LATER_MS)).isEmpty();
    assertThat(unheard.oldest(2, LATER_MS)).containsSame(begun);
  }

  @Test
  void who_was_heard_meanwhile_stays() {
    One atOnce = accepted(1);
    One later = accepted(2);
    One silent = accepted(3);
    atOnce.stage = Unheard.Stage.HEARD;
    later.stage = Unheard.Stage.BEGUN;
    assertThat(unheard.oldest(9, LATER_MS)).containsSame(silent);
    later.stage = Unheard.Stage.HEARD;
    assertThat(unheard.oldest(9, LATER_MS)).isEmpty();
  }

  @Test
  void nobody_goes_before_a_late_packet_could_have_come() {
    One one = accepted(0);
    assertThat(unheard.oldest(9, Unheard.GRACE_MS - 1)).isEmpty();
    assertThat(unheard.oldest(9, Unheard.GRACE_MS)).containsSame(one);
  }

  @Test
  void keeps_nobody_who_is_gone() {
    One silent = accepted(0);
    One begun = accepted(0);
    begun.stage = Unheard.Stage.BEGUN;
    for (int i = 0; i < 100_000; i++) {
      accepted(i).stage = Unheard.Stage.HEARD;
      if (i % 100 == 99) {
        unheard.forget();
        assertThat(unheard.kept()).isEqualTo(2);
      }
    }
    assertThat(unheard.oldest(9, LATER_MS)).containsSame(silent);
    assertThat(unheard.oldest(9, LATER_MS)).containsSame(begun);
  }

  @Test
  void keeps_no_more_than_twice_those_who_are_unheard() {
    Queue<One> few = new ArrayDeque<>();
    for (int i = 0; i < 100_000; i++) {
      few.add(accepted(i));
      if (few.size() > 100) {
        few.remove().stage = i % 2 == 0 ? Unheard.Stage.HEARD : Unheard.Stage.BEGUN;
      }
      // Those who have begun end, too.
      unheard.oldest(10_000, i).ifPresent(one -> one.stage = Unheard.Stage.HEARD);
      assertThat(unheard.kept()).isLessThanOrEqualTo(1_000);
    }
  }
}
