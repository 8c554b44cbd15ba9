package io.breakwater.gateway.line;

/**
 * How fast the lines of a gateway moved lately: an average over the time in which somebody waited,
 * in which what was a time constant ago counts 1/e. An empty line says nothing of what the tier
 * takes, and counts for nothing. Confined to an event loop.
 */
final class Pace {
  /** Time constant. */
  static final double WINDOW_MS = 10_000;

  /** What is assumed before anything was measured: 100 sign-ups a second. */
  static final double ASSUMED_PER_MS = 0.1;

  /** The assumption weighs as much as so much time, and fades like what was measured. */
  private static final double ASSUMED_MS = 1_000;

  private double moved = ASSUMED_PER_MS * ASSUMED_MS;
  private double overMs = ASSUMED_MS;
  private boolean wasWaiting;
  private long lookedAtMs;
  private long servedBefore;

  /**
   * Looks.
   *
   * @param served how many have had their turn since the gateway began
   * @param isWaiting whether somebody waits
   * @param nowMs monotonic
   */
  void look(long served, boolean isWaiting, long nowMs) {
    long forMs = nowMs - lookedAtMs;
    if (wasWaiting && isWaiting && forMs > 0) {
      double fading = Math.exp(-forMs / WINDOW_MS);
      moved = moved * fading + (served - servedBefore);
      overMs = overMs * fading + forMs;
    }
    if (forMs > 0 || !wasWaiting) {
      servedBefore = served;
      lookedAtMs = nowMs;
    }
    wasWaiting = isWaiting;
  }

  /** Sign-ups per millisecond; 0 if nothing moves at all. */
  double perMs() {
    return Math.max(0, moved / overMs);
  }
}
