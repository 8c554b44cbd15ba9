package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What the generator itself did; NaN if it is not known.
 *
 * @param lagP99Ms how much later than intended 99 % of the arrivals left the generator, at most;
 *     rounded to thousandths
 * @param cpuMicrosPerMessage of all generator processes, for sending one and for receiving it
 * @param phones virtual ones at the most at once, of all processes
 */
public record Generator(
    double lagP50Ms,
    double lagP99Ms,
    double lagP999Ms,
    double lagMaxMs,
    double cpuMicrosPerMessage,
    long phones,
    int processes) {
  /** 99 % of all arrivals may leave so late; a generator that is later measures itself. */
  public static final double LAG_P99_LIMIT_MS = 5;

  /** Checks the numbers, and rounds what is judged. */
  public Generator {
    lagP99Ms = ResultFormat.rounded(lagP99Ms);
    if (processes < 1) {
      throw new IllegalArgumentException("processes: " + processes + " (expected: >= 1)");
    }
  }

  /** Whether it kept its own schedule, so that its figures are about the tier; not if unknown. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public boolean inTime() {
    return lagP99Ms <= LAG_P99_LIMIT_MS;
  }
}
