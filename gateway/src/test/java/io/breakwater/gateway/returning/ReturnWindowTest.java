package io.breakwater.gateway.returning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongToIntFunction;
import org.junit.jupiter.api.Test;

/** Those who are refused come back as fast as they can be taken, and no faster; virtual time. */
final class ReturnWindowTest {
  private static final double PER_MS = 0.2;
  private static final int PER_SECOND = 200;
  private static final int SECONDS = 1_000;

  private final ReturnWindow window =
      new ReturnWindow(() -> ReturnLimits.DEFAULT, new SplittableRandom(1));

  /** How many come in each second if so many are refused in each of the first ones. */
  private static int[] arrivals(int perSecond, int forSeconds, LongToIntFunction tell) {
    int[] arrivals = new int[SECONDS];
    for (int i = 0; i < perSecond * forSeconds; i++) {
      long nowMs = i * 1_000L / perSecond;
      arrivals[(int) (nowMs + tell.applyAsInt(nowMs)) / 1_000]++;
    }
    return arrivals;
  }

  private static int most(int[] arrivals) {
    return Arrays.stream(arrivals).max().orElseThrow();
  }

  /** In those seconds in which most of the herd is away still. */
  private static double mean(int[] arrivals, int from, int to) {
    return Arrays.stream(arrivals, from, to).average().orElseThrow();
  }

  @Test
  void a_herd_that_is_refused_at_once_comes_back_at_half_of_what_is_taken() {
    int[] arrivals = arrivals(20_000, 1, nowMs -> window.tell(PER_MS, 0, nowMs));
    assertThat(most(arrivals)).isLessThan(PER_SECOND);
    // 20,000 at 100 a second need 200 s.
    assertThat(mean(arrivals, 10, 130)).isBetween(95.0, 105.0);
    assertThat(mean(arrivals, 280, SECONDS)).isZero();
  }

  @Test
  void a_fixed_window_would_bring_them_all_at_once() {
    SplittableRandom random = new SplittableRandom(1);
    int[] arrivals = arrivals(20_000, 1, _ -> random.nextInt(500, 2_001));
    assertThat(most(arrivals)).isGreaterThan(30 * PER_SECOND);
  }

  @Test
  void so_does_a_herd_that_grows() {
    int[] arrivals = arrivals(1_000, 30, nowMs -> window.tell(PER_MS, 0, nowMs));
    assertThat(most(arrivals)).isLessThan(PER_SECOND);
    assertThat(mean(arrivals, 40, 200)).isBetween(85.0, 110.0);
  }

  @Test
  void a_window_is_between_once_and_twice_what_half_of_the_rate_needs() {
    for (int herd = 1_000; herd <= 20_000; herd += 1_000) {
      while (window.herd(0) < herd) {
        assertThat(window.tell(PER_MS, 0, 0)).isBetween(500, 600_500);
      }
      double needMs = (herd + 1) / (0.5 * PER_MS);
      assertThat((double) window.widthMs(PER_MS, 0)).isBetween(needMs, 2 * needMs);
    }
  }

  @Test
  void who_has_come_back_is_of_the_herd_no_more() {
    for (int i = 0; i < 10_000; i++) {
      window.tell(PER_MS, 0, 0);
    }
    assertThat(window.herd(0)).isEqualTo(10_000);
    assertThat(window.herd(50_000)).isBetween(4_500L, 5_500L);
    assertThat(window.herd(150_000)).isZero();
    assertThat(window.widthMs(PER_MS, 150_000)).isEqualTo(1_500);
  }

  @Test
  void a_window_has_its_limits_whatever_the_herd_and_the_rate() {
    assertThat(window.widthMs(PER_MS, 0)).isEqualTo(1_500);
    assertThat(window.widthMs(1e-9, 0)).isEqualTo(600_000);
    for (int i = 0; i < 1_000; i++) {
      assertThat(window.spread(PER_MS, 0)).isBetween(500, 2_000);
    }
    for (int i = 0; i < 1_000; i++) {
      assertThat(window.tell(1e-9, 0, 0)).isBetween(500, 600_500);
    }
  }

  @Test
  void a_window_may_be_asked_to_be_wide() {
    int latest = 0;
    for (int i = 0; i < 100; i++) {
      int afterMs = window.tell(PER_MS, 29_500, 0);
      assertThat(afterMs).isBetween(500, 30_000);
      latest = Math.max(latest, afterMs);
    }
    assertThat(latest).isGreaterThan(28_000);
  }

  @Test
  void who_is_only_spread_sends_nobody_else_away_for_longer() {
    for (int i = 0; i < 100_000; i++) {
      window.spread(PER_MS, i);
    }
    assertThat(window.widthMs(PER_MS, 100_000)).isEqualTo(1_500);
  }
}
