package io.breakwater.loadtest.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.breakwater.loadtest.bench.measure.Percentiles;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class ArrivalsTest {
  private static final int COUNT = 100_000;
  private static final double PER_SECOND = 1000;
  private static final double MEAN_NANOS = 1e9 / PER_SECOND;

  private static Arrivals arrivals() {
    return new Arrivals(new SplittableRandom(7), PER_SECOND, 0);
  }

  @Test
  void come_at_the_mean_rate() {
    Arrivals arrivals = arrivals();
    for (int i = 1; i < COUNT; i++) {
      arrivals.pass();
    }
    assertThat(arrivals.next() / (double) COUNT).isCloseTo(MEAN_NANOS, within(MEAN_NANOS / 50));
  }

  @Test
  void have_the_gaps_of_a_poisson_process() {
    Arrivals arrivals = arrivals();
    int longer = 0;
    for (int i = 0; i < COUNT; i++) {
      long before = arrivals.next();
      arrivals.pass();
      longer += arrivals.next() - before > 2 * MEAN_NANOS ? 1 : 0;
    }
    assertThat(longer / (double) COUNT).isCloseTo(Math.exp(-2), within(0.005));
  }

  @Test
  void do_not_wait_for_anybody() {
    Arrivals asked = arrivals();
    Arrivals ignored = arrivals();
    for (int i = 0; i < 100; i++) {
      assertThat(asked.next()).isEqualTo(asked.next());
      asked.pass();
      ignored.pass();
    }
    assertThat(asked.next()).isEqualTo(ignored.next());
  }

  /**
   * A server that stands still for a second out of ten: one message in ten is late, on average by
   * half a second, and the percentiles say so. A loop that waited for answers would have seen one
   * slow message.
   */
  @Test
  void show_a_stall_in_the_percentiles() {
    Histogram histogram = Percentiles.histogram();
    Arrivals arrivals = arrivals();
    long stallEnd = 1_000_000_000L;
    while (arrivals.next() < 10 * stallEnd) {
      long answered = Math.max(arrivals.next(), stallEnd) + 1_000_000;
      histogram.recordValue(answered - arrivals.next());
      arrivals.pass();
    }
    Percentiles percentiles = Percentiles.of(histogram);
    assertThat(percentiles.p50()).isCloseTo(1, within(0.01));
    assertThat(percentiles.p99()).isCloseTo(901, within(30.0));
  }
}
