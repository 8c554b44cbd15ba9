package io.breakwater.loadtest.surge.report.result;

import org.HdrHistogram.Histogram;

/**
 * How long a phase took for one population; NaN if it never came about.
 *
 * @param population as the scenario names it
 * @param count how often it came about, or began and was open still
 * @param open of them, those that had no end when the run ended: they are in the percentiles with
 *     the time that they had waited by then, which is less than they would have taken
 * @param p50Ms half of them took no longer
 * @param p999Ms 99.9 % of them took no longer
 */
public record PhaseFigures(
    Phase phase,
    String population,
    long count,
    long open,
    double p50Ms,
    double p90Ms,
    double p99Ms,
    double p999Ms,
    double maxMs) {
  private static final double NANOS_PER_MS = 1e6;

  /** Of a histogram of nanoseconds, those that are open included. */
  public static PhaseFigures of(Phase phase, String population, long open, Histogram nanos) {
    return new PhaseFigures(
        phase,
        population,
        nanos.getTotalCount(),
        open,
        at(nanos, 50),
        at(nanos, 90),
        at(nanos, 99),
        at(nanos, 99.9),
        at(nanos, 100));
  }

  private static double at(Histogram nanos, double percentile) {
    return nanos.getTotalCount() == 0
        ? Double.NaN
        : nanos.getValueAtPercentile(percentile) / NANOS_PER_MS;
  }
}
