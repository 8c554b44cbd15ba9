package io.breakwater.loadtest.surge.figures;

/**
 * When a run was, on the clock of its facts. What began before is preparation: it is in no figure,
 * but its messages are in the ledger.
 *
 * @param beginNanos the begin of the scenario
 * @param endNanos after the scenario, and what the run waited for the last ones: what is open then
 *     stays so. No generator was told to finish before
 */
public record Span(long beginNanos, long endNanos) {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** Checks the order. */
  public Span {
    if (endNanos <= beginNanos) {
      throw new IllegalArgumentException(
          "end of the run: %d ns after its begin (expected: > 0)".formatted(endNanos - beginNanos));
    }
  }

  boolean isBefore(long nanos) {
    return nanos < beginNanos;
  }

  /** Those that were begun. */
  int seconds() {
    return Math.toIntExact((endNanos - beginNanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND);
  }

  /** In which second something was; the first or last one if it was before or after the run. */
  int second(long nanos) {
    return Math.toIntExact(
        Math.clamp(Math.floorDiv(nanos - beginNanos, NANOS_PER_SECOND), 0L, seconds() - 1L));
  }

  /** Where a second ends. */
  long endOf(int second) {
    return beginNanos + (second + 1) * NANOS_PER_SECOND;
  }

  double secondsSinceBegin(long nanos) {
    return (nanos - beginNanos) / (double) NANOS_PER_SECOND;
  }
}
