package io.breakwater.loadtest.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class PercentilesTest {
  @Test
  void are_in_milliseconds() {
    Histogram histogram = Percentiles.histogram();
    for (int i = 1; i <= 1000; i++) {
      histogram.recordValue(i * 1_000_000L);
    }
    Percentiles percentiles = Percentiles.of(histogram);
    assertThat(percentiles.p50()).isCloseTo(500, within(1.0));
    assertThat(percentiles.p99()).isCloseTo(990, within(1.0));
    assertThat(percentiles.p999()).isCloseTo(999, within(1.0));
    assertThat(percentiles.max()).isCloseTo(1000, within(1.0));
    assertThat(percentiles.count()).isEqualTo(1000);
  }

  @Test
  void are_not_made_up_where_nothing_was_recorded() {
    assertThat(Percentiles.of(Percentiles.histogram()).p99()).isNaN();
  }

  @Test
  void take_what_lasts_longer_than_expected() {
    Histogram histogram = Percentiles.histogram();
    histogram.recordValue(300_000_000_000L);
    assertThat(Percentiles.of(histogram).max()).isCloseTo(300_000, within(300.0));
  }
}
