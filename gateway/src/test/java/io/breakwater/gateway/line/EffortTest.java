package io.breakwater.gateway.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class EffortTest {
  private static final int PLACES = 100_000;

  @Test
  void nobody_works_unless_the_operator_wants_it() {
    assertThat(Effort.bits(PLACES, PLACES, 0)).isZero();
    assertThat(new WaitingRoom(LineLimits.DEFAULT, 1, new SplittableRandom(1)).workBits()).isZero();
  }

  @Test
  void a_short_line_asks_for_none() {
    assertThat(Effort.bits(0, PLACES, 20)).isZero();
    assertThat(Effort.bits(6_249, PLACES, 20)).isZero();
    assertThat(Effort.bits(6_250, PLACES, 20)).isEqualTo(12);
  }

  @Test
  void work_grows_with_the_square_of_the_line_up_to_the_most() {
    assertThat(Effort.bits(25_000, PLACES, 20)).isEqualTo(16);
    assertThat(Effort.bits(50_000, PLACES, 20)).isEqualTo(18);
    assertThat(Effort.bits(PLACES, PLACES, 20)).isEqualTo(20);
    // Places were made fewer while more waited.
    assertThat(Effort.bits(PLACES, 1_000, 20)).isEqualTo(20);
    int before = 0;
    for (int waiting = 0; waiting <= PLACES; waiting++) {
      int bits = Effort.bits(waiting, PLACES, 20);
      assertThat(bits).isBetween(before, 20);
      before = bits;
    }
  }

  @Test
  void a_low_most_still_asks_for_something() {
    assertThat(Effort.bits(6_250, PLACES, 3)).isEqualTo(1);
  }

  @Test
  void work_counts_while_the_room_is_at_most_twice_as_full_as_when_it_was_asked_for() {
    assertThat(Effort.beyond(0, 0)).isZero();
    assertThat(Effort.beyond(20, 20)).isZero();
    assertThat(Effort.beyond(18, 20)).isZero();
    assertThat(Effort.beyond(17, 20)).isEqualTo(20);
    assertThat(Effort.beyond(17, 0)).isZero();
    assertThat(Effort.beyond(1, 1)).isZero();
    assertThat(Effort.beyond(0, 1)).as("who did none works, however little it is").isEqualTo(1);
  }

  /** An hour of virtual time: made-up sign-ups by machines of so many hashes, and people. */
  @Test
  void a_flood_slows_itself_down_until_the_line_stands() {
    WaitingRoom room =
        new WaitingRoom(LineLimits.DEFAULT.withWorkBits(20), 1, new SplittableRandom(1));
    Line line = room.line(0);
    double hashesPerS = 1_000_000_000;
    long next = 0;
    double owed = 0;
    int most = 0;
    int least = Integer.MAX_VALUE;
    for (int s = 0; s < 3_600; s++) {
      owed += hashesPerS / Math.max(50_000, 1L << room.workBits());
      for (; owed >= 1; owed--) {
        line.join(next, next, 0);
        next++;
      }
      for (int served = 0; served < 2_000 && line.first().isPresent(); served++) {
        line.turn(line.first().get());
      }
      if (s > 600) {
        most = Math.max(most, room.waiting());
        least = Math.min(least, room.waiting());
      }
    }
    // 2,000 a second are what 2^19 hashes each let these machines ask for: three quarters full.
    assertThat(most).isLessThan(80_000);
    assertThat(least).isGreaterThan(60_000);
  }
}
