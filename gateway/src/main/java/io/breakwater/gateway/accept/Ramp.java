package io.breakwater.gateway.accept;

/**
 * Holds back the rate of a fresh gateway, whose code is not compiled yet: from {@link
 * #FIRST_PER_SECOND} on it doubles ten times, at equal distances, until nothing is held back.
 */
record Ramp(long beganAtMs, int ms) {
  static final double FIRST_PER_SECOND = 200;
  private static final double DOUBLINGS = 10;

  /** The most per second at this time; infinity once it is over. */
  double perSecond(long nowMs) {
    long ageMs = nowMs - beganAtMs;
    return ageMs >= ms
        ? Double.POSITIVE_INFINITY
        : FIRST_PER_SECOND * Math.pow(2, DOUBLINGS * ageMs / ms);
  }
}
