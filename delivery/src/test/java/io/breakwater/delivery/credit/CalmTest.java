package io.breakwater.delivery.credit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CalmTest {
  private final Calm calm = new Calm(2, 10);
  private final SplittableRandom random = new SplittableRandom(7);
  private long nowMs;

  /** A window a second, of means around one. */
  private void learn(double medianMs, boolean mayRise, int windows) {
    for (int i = 0; i < windows; i++) {
      nowMs += 1_000;
      calm.learn(medianMs * Math.exp(0.2 * random.nextGaussian()), mayRise, nowMs);
    }
  }

  @Test
  void what_cold_code_took_is_forgotten_within_a_minute() {
    learn(25, true, 60);
    assertThat(calm.ms()).isGreaterThan(18);
    learn(4, false, 60);
    assertThat(calm.ms()).isLessThan(4.5);
  }

  @Test
  void it_is_what_few_windows_are_below() {
    learn(10, true, 3_600);
    // One deviation below the median is 8.2: a sixth of the windows is below. Half is below 10.
    assertThat(calm.ms()).isBetween(8.0, 9.6);
  }

  @Test
  void dips_do_not_pull_a_warm_node_down() {
    learn(6, true, 900);
    double before = calm.ms();
    for (int i = 0; i < 60; i++) {
      learn(3, true, 5);
      learn(6, true, 25);
    }
    assertThat(calm.ms()).isGreaterThan(0.85 * before);
  }

  @Test
  void an_hour_of_a_surge_is_not_taken_for_calm() {
    learn(5, true, 600);
    double before = calm.ms();
    learn(20, false, 3_600);
    assertThat(calm.ms()).isLessThanOrEqualTo(before);
  }

  @Test
  void a_node_that_is_slower_by_itself_learns_it() {
    learn(5, true, 600);
    learn(10, true, 900);
    assertThat(calm.ms()).isGreaterThan(8);
  }

  @Test
  void what_a_probe_has_seen_counts_for_more_than_a_window() {
    learn(10, true, 30);
    double before = calm.ms();
    calm.probed(4, 0);
    assertThat(calm.ms()).isBetween((before + 4) / 2 - 0.01, (before + 4) / 2 + 0.01);
    for (int i = 0; i < 10; i++) {
      calm.probed(4, 0);
    }
    assertThat(calm.ms()).isBetween(4.0, 4.1);
    calm.probed(20, 0.25);
    assertThat(calm.ms()).as("one alone may be a pause of a collector").isLessThan(4.1);
    calm.probed(20, 0.25);
    assertThat(calm.ms()).isBetween(4.9, 5.2);
    calm.probed(20, 0);
    assertThat(calm.ms()).isBetween(4.9, 5.2);
  }
}
