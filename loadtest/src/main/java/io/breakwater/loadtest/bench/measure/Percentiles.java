package io.breakwater.loadtest.bench.measure;

import org.HdrHistogram.Histogram;

/**
 * Of one histogram of nanoseconds, in milliseconds; NaN if nothing was recorded.
 *
 * @param count values recorded
 */
public record Percentiles(double p50, double p99, double p999, double max, long count) {
  private static final double NANOS = 1e6;

  /** Up to a minute, with three significant digits. */
  public static Histogram histogram() {
    Histogram histogram = new Histogram(60_000_000_000L, 3);
    histogram.setAutoResize(true);
    return histogram;
  }

  /** Of what was recorded so far. */
  public static Percentiles of(Histogram histogram) {
    return new Percentiles(
        at(histogram, 50),
        at(histogram, 99),
        at(histogram, 99.9),
        at(histogram, 100),
        histogram.getTotalCount());
  }

  private static double at(Histogram histogram, double percent) {
    return histogram.getTotalCount() == 0
        ? Double.NaN
        : histogram.getValueAtPercentile(percent) / NANOS;
  }
}
