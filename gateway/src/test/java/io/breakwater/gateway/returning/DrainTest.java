package io.breakwater.gateway.returning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Clients of a gateway that stops leave one after the other; virtual time. */
final class DrainTest {
  private static final int WINDOW_MS = 30_000;
  private static final int GRACE_MS = 2_000;

  private static List<Drain.Leave> leaves(Drain drain) {
    List<Drain.Leave> all = new ArrayList<>();
    while (!drain.isOver()) {
      all.add(drain.next());
    }
    return all;
  }

  private static Drain drain(int clients, double perMs) {
    return new Drain(clients, perMs, WINDOW_MS, 600_000, GRACE_MS, new SplittableRandom(1));
  }

  /** How many are elsewhere again in each second. */
  private static int[] arrivals(List<Drain.Leave> leaves) {
    int[] arrivals = new int[700];
    leaves.forEach(leave -> arrivals[(leave.afterMs() + leave.returnAfterMs()) / 1_000]++);
    return arrivals;
  }

  private static int most(int[] perSecond) {
    return Arrays.stream(perSecond).max().orElseThrow();
  }

  @Test
  void clients_are_told_one_after_the_other_and_leave_as_they_are() {
    Drain drain = drain(3_000, 0.5);
    List<Drain.Leave> leaves = leaves(drain);
    int[] told = new int[40];
    leaves.forEach(leave -> told[leave.afterMs() / 1_000]++);
    // 3,000 of which 500 a second could be taken: somewhat more than 12 s.
    assertThat(most(told)).isBetween(170, 190);
    assertThat(most(arrivals(leaves))).isBetween(170, 250);
    assertThat(drain.lengthMs()).isBetween(18_000, 19_000);
    assertThat(leaves)
        .allSatisfy(leave -> assertThat(leave.returnAfterMs()).isBetween(0, GRACE_MS));
  }

  @Test
  void more_than_can_be_taken_in_the_window_stay_away_for_what_is_missing() {
    Drain drain = drain(20_000, 0.2);
    List<Drain.Leave> leaves = leaves(drain);
    // 20,000 at somewhat less than 100 a second.
    int[] arrivals = arrivals(leaves);
    assertThat(most(arrivals)).isLessThanOrEqualTo(100);
    assertThat(Arrays.stream(arrivals, 5, 270).average().orElseThrow()).isBetween(70.0, 75.0);
    assertThat(drain.lengthMs()).isEqualTo(WINDOW_MS + GRACE_MS);
    assertThat(leaves).allSatisfy(leave -> assertThat(leave.afterMs()).isBetween(0, WINDOW_MS));
  }

  @Test
  void everybody_has_time_and_nobody_stays_for_longer_than_the_drain() {
    for (double perMs : new double[] {0.001, 0.1, 10}) {
      Drain drain = drain(5_000, perMs);
      int beforeMs = 0;
      for (Drain.Leave leave : leaves(drain)) {
        assertThat(leave.afterMs()).isGreaterThanOrEqualTo(beforeMs);
        assertThat(leave.closeMs()).isBetween(leave.afterMs() + GRACE_MS, drain.lengthMs());
        assertThat(leave.returnAfterMs()).isBetween(0, 600_000 + GRACE_MS);
        beforeMs = leave.afterMs();
      }
    }
  }

  @Test
  void a_few_are_told_at_once() {
    Drain drain = drain(5, 0.5);
    assertThat(leaves(drain)).allSatisfy(leave -> assertThat(leave.afterMs()).isLessThan(50));
    assertThat(drain(0, 0.5).isOver()).isTrue();
    assertThat(drain(0, 0.5).lengthMs()).isEqualTo(GRACE_MS);
  }
}
