package io.breakwater.gateway.returning;

/**
 * How many of a kind can be taken, from how many were. Little traffic says nothing of that: while
 * nothing presses the most that was taken over a few seconds counts, and fades within hours; what
 * was less than assumed is forgotten within a minute. While some are refused for want of room, what
 * is taken is what can be, and counts within seconds. Confined to an event loop.
 */
final class AcceptRate {
  /** What is taken is averaged over so long at least. */
  private static final int SLOT_MS = 3_000;

  /** Time constant of forgetting what was taken at best. */
  private static final double CALM_MS = 3_600_000;

  /** Time constant of coming back to what is assumed, when nothing presses any more. */
  private static final double RECOVERY_MS = 30_000;

  /** Time constant while something presses. */
  private static final double PRESSED_MS = 10_000;

  /** However little is taken under pressure, this share of what was assumed is. */
  private static final double LEAST = 0.1;

  private final double assumedPerMs;
  private double perMs;
  private long taken;
  private boolean isPressed;
  private long sinceMs;

  /**
   * @param assumedPerMs before anything is measured, and in the long run if little comes
   */
  AcceptRate(double assumedPerMs, long nowMs) {
    this.assumedPerMs = assumedPerMs;
    this.perMs = assumedPerMs;
    this.sinceMs = nowMs;
  }

  /** So many were taken; negative: had not been after all. */
  void taken(int more, long nowMs) {
    look(nowMs);
    taken += more;
  }

  /** Somebody was refused for want of room. */
  void pressed(long nowMs) {
    look(nowMs);
    isPressed = true;
  }

  /** In a millisecond; more than 0. */
  double perMs(long nowMs) {
    look(nowMs);
    return perMs;
  }

  private void look(long nowMs) {
    long forMs = nowMs - sinceMs;
    if (forMs < SLOT_MS) {
      return;
    }
    double measured = Math.max(0, taken) / (double) forMs;
    if (isPressed) {
      perMs = measured + (perMs - measured) * Math.exp(-forMs / PRESSED_MS);
    } else {
      double faded =
          assumedPerMs
              + (perMs - assumedPerMs)
                  * Math.exp(-forMs / (perMs < assumedPerMs ? RECOVERY_MS : CALM_MS));
      perMs = Math.max(measured, faded);
    }
    perMs = Math.max(perMs, LEAST * assumedPerMs);
    taken = 0;
    isPressed = false;
    sinceMs = nowMs;
  }
}
