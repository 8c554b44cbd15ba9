package io.breakwater.gateway.balance;

/**
 * Whether it helps to ask sessions to go: gateways that have fewer then lack less. Judged over some
 * seconds of even shedding, so that those on their way are as many at the end as at the begin, and
 * not before so many were asked that chance would have brought some. Confined to an event loop.
 */
final class Effect {
  /** What is asked, what comes back and what is told of it lag behind each other. */
  private static final int SETTLE_MS = 6_000;

  private static final int WINDOW_MS = 15_000;

  /** Less than that part of what chance brings is none. */
  private static final double OF_CHANCE = 0.25;

  /** Judged is what would have brought so many by chance. */
  private static final double LEAST_BY_CHANCE = 10;

  private long sinceMs;
  private long gateways;
  private double lacking;
  private double asked;
  private boolean isBegun;
  private double arriving = 1;

  /** What is known of it. */
  enum Verdict {
    OPEN,
    HELPS,
    FUTILE
  }

  /** Shedding begins, or is different from now on. */
  void restart(long nowMs) {
    sinceMs = nowMs + SETTLE_MS;
    isBegun = false;
  }

  /**
   * So many of all gateways were asked since the last look.
   *
   * @param nowGateways how many there are
   * @param nowLacking what those below the mean lack
   */
  Verdict look(double more, long nowGateways, double nowLacking, long nowMs) {
    if (isBegun && nowGateways != gateways) {
      restart(nowMs);
    }
    if (!isBegun) {
      if (nowMs >= sinceMs) {
        isBegun = true;
        gateways = nowGateways;
        lacking = nowLacking;
        asked = 0;
      }
      return Verdict.OPEN;
    }
    asked += more;
    double byChance = asked / gateways;
    if (nowMs - sinceMs < WINDOW_MS || byChance < LEAST_BY_CHANCE) {
      return Verdict.OPEN;
    }
    double arrived = lacking - nowLacking;
    arriving = Math.clamp(arrived / asked, 0, 1);
    restart(nowMs);
    return arrived < OF_CHANCE * byChance ? Verdict.FUTILE : Verdict.HELPS;
  }

  /** The part of those who are asked that comes to where some lack; 1 until it is known. */
  double arriving() {
    return arriving;
  }

  /** Nothing is known any more. */
  void forget() {
    arriving = 1;
  }
}
