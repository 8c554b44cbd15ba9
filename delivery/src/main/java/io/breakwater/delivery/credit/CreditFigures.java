package io.breakwater.delivery.credit;

import java.util.List;

/**
 * How the credits of a node stand, for metrics and tests.
 *
 * @param classes by priority; nothing is limited of the first
 * @param calmMs what sends take when nobody presses
 * @param sendTargetMs beyond this all others yield
 * @param signUpWrites conditional writes of sign-ups that may be under way
 * @param blockCalmMs what blocks take when nobody presses
 * @param capacity the most work that was done in a second, in messages
 * @param isSaturated whether sign-ups are held to a quarter of that
 * @param trunks that are granted credits
 * @param brownOut the step of the ladder
 * @param brownOutUps moves to a higher step since the start
 * @param brownOutDowns moves to a lower one
 * @param calmProbes how often sign-ups stood back, so that calm could be seen, since the start
 */
public record CreditFigures(
    List<OfClass> classes,
    double calmMs,
    double sendTargetMs,
    int signUpWrites,
    double blockCalmMs,
    double capacity,
    boolean isSaturated,
    int trunks,
    BrownOutStep brownOut,
    long brownOutUps,
    long brownOutDowns,
    long calmProbes) {
  /**
   * Those of a priority class.
   *
   * @param waitMs mean delay in the last window
   * @param highMs its 99th percentile, without what was waited for turns at Cassandra
   * @param pool its size
   * @param underWay requests that have come and are not done
   * @param wanted frames that wait for credit at gateways, sign-ups in line included
   * @param granted credits since the start
   * @param spent frames that came since the start
   * @param starved rounds since the start in which somebody waited and nothing was left
   */
  public record OfClass(
      double waitMs,
      double highMs,
      double pool,
      int underWay,
      int wanted,
      long granted,
      long spent,
      long starved) {
    static final OfClass NONE = new OfClass(0, 0, 0, 0, 0, 0, 0, 0);
  }

  /** Those of a class. */
  public OfClass of(int priority) {
    return classes.get(priority);
  }
}
