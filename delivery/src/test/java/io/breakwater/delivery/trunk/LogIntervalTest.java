package io.breakwater.delivery.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LogIntervalTest {
  private final LogInterval interval = new LogInterval(30);

  @Test
  void the_first_event_passes_whatever_the_clock_says() {
    assertThat(interval.happened(-1_000)).isEqualTo(1);
  }

  @Test
  void then_one_in_an_interval_passes_for_all_since_the_last_one() {
    assertThat(interval.happened(100)).isEqualTo(1);
    assertThat(interval.happened(101)).isZero();
    assertThat(interval.happened(129)).isZero();
    assertThat(interval.happened(130)).isEqualTo(3);
    assertThat(interval.happened(159)).isZero();
    assertThat(interval.happened(200)).isEqualTo(2);
  }
}
