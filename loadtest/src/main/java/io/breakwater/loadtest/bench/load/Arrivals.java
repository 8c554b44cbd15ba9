package io.breakwater.loadtest.bench.load;

import java.util.random.RandomGenerator;

/**
 * A Poisson process: the times at which messages should be sent, whatever becomes of earlier ones.
 * Pure.
 */
final class Arrivals {
  private static final double SECOND_NANOS = 1e9;

  private final RandomGenerator random;
  private final double meanGapNanos;
  private double next;

  /**
   * @param perSecond mean rate, above 0
   */
  Arrivals(RandomGenerator random, double perSecond, long startNanos) {
    this.random = random;
    this.meanGapNanos = SECOND_NANOS / perSecond;
    this.next = startNanos;
    pass();
  }

  /** The time of the next arrival. */
  long next() {
    return (long) next;
  }

  /** Goes on to the one after it. */
  void pass() {
    // 1 - [0, 1) is never 0.
    next -= Math.log(1 - random.nextDouble()) * meanGapNanos;
  }
}
