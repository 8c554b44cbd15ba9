package io.breakwater.loadtest.bench.load;

/** When a pair sends. */
public sealed interface Pace {
  /**
   * At times drawn beforehand, whatever becomes of earlier messages: an open loop.
   *
   * @param perSecond of all pairs together
   */
  record Poisson(double perSecond) implements Pace {}

  /**
   * As soon as fewer than so many of the pair's messages are under way: a closed loop. Its
   * latencies say nothing.
   */
  record Outstanding(int perPair) implements Pace {}
}
