package io.breakwater.gateway.balance;

import io.breakwater.common.id.IncarnationId;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides how many sessions of an event loop are asked to go elsewhere, since its gateway has more
 * than its share. All loops of a gateway see the same figures, so each does its part without asking
 * the others.
 *
 * <p>It begins well above the mean of all gateways and ends just above it: what comes back by
 * chance, and what the figures lag behind, turn nothing around. A share of the sessions a second
 * goes, and no more than half of what this gateway has been seen to take: others are like it. What
 * is known dies within seconds. Confined to an event loop.
 */
public final class Rebalancing {
  /** How long a client that is asked may stay, ms: it leaves by itself within that time. */
  public static final int GRACE_MS = 2_000;

  /** What a node said counts for so long, ms. */
  static final int STALE_MS = 5_000;

  /** So long the gateway must have been above, ms: clients that have just moved come and go. */
  static final int PATIENCE_MS = 5_000;

  private static final double BEGIN_SHARE = 1.1;
  private static final int BEGIN_MORE = 50;
  private static final double END_SHARE = 1.03;
  private static final double OF_ACCEPTED = 0.5;

  /** Steps that come late make up for no more than that. */
  private static final int STEP_MAX_MS = 2_000;

  /** What a delivery node said. */
  private record Tier(long gateways, long sessions, long atMs) {
    double mean() {
      return (double) sessions / gateways;
    }
  }

  private final double sharePerMs;
  private final Map<IncarnationId, Tier> said = new HashMap<>();
  private boolean isShedding;
  private long belowAtMs;
  private long steppedAtMs;
  private double owed;

  /**
   * @param percentPerSecond of the sessions that go; 0: none ever
   */
  public Rebalancing(int percentPerSecond, long nowMs) {
    this.sharePerMs = percentPerSecond / 100_000.0;
    this.belowAtMs = nowMs;
    this.steppedAtMs = nowMs;
  }

  /** A delivery node says what all gateways have. */
  public void heard(IncarnationId node, long gateways, long sessions, long nowMs) {
    said.put(node, new Tier(gateways, sessions, nowMs));
  }

  /** The trunk to it is gone. */
  public void lost(IncarnationId node) {
    said.remove(node);
  }

  /**
   * The mean of the gateways, infinite if it is not known. Nodes that are reached by some of the
   * gateways only differ: the highest counts.
   */
  private double mean(long nowMs) {
    double highest = 0;
    for (Tier tier : said.values()) {
      if (nowMs - tier.atMs() <= STALE_MS) {
        highest = Math.max(highest, tier.gateways() > 1 ? tier.mean() : Double.POSITIVE_INFINITY);
      }
    }
    return highest > 0 ? highest : Double.POSITIVE_INFINITY;
  }

  /**
   * How many of the loop are asked to go now.
   *
   * @param own sessions of the gateway
   * @param ofLoop those of this event loop among them
   * @param takenPerMs how many this event loop can take
   */
  public int step(long own, int ofLoop, double takenPerMs, long nowMs) {
    long forMs = Math.min(STEP_MAX_MS, nowMs - steppedAtMs);
    steppedAtMs = nowMs;
    double mean = mean(nowMs);
    boolean isAbove = own > mean * BEGIN_SHARE + BEGIN_MORE;
    if (!isAbove) {
      belowAtMs = nowMs;
    }
    double excess = own - mean * END_SHARE;
    isShedding = excess > 0 && (isShedding || nowMs - belowAtMs >= PATIENCE_MS);
    if (!isShedding) {
      owed = 0;
      return 0;
    }
    owed += forMs * Math.min(sharePerMs * ofLoop, OF_ACCEPTED * takenPerMs);
    int now = (int) Math.min(owed, Math.ceil(excess * ofLoop / own));
    owed -= now;
    return now;
  }

  /** Whether some are asked to go. */
  public boolean isShedding() {
    return isShedding;
  }
}
