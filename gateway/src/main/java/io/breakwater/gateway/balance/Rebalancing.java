package io.breakwater.gateway.balance;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.proto.trunk.Tier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Of n gateways that have the same, one that is added makes the others only 1/n more than the mean. So there are two
 * reasons to begin: this gateway is far above the mean, or it is above it and some gateway is far below. Both end nearer
 * to the mean than they begin, and nobody sheds what it has below the mean: what comes back by chance, and what the
 * figures lag behind, turn nothing around.
 *
 * How fast: a share of the sessions a second; and of all gateways together no more than half of what those can take who
 * lack most, each according to what it has too many. That is so if all who go come to those. A balancer that goes by
 * chance sends most of them to others: if less than half is seen to arrive, more may go, up to ten times as many.
 *
 * A balancer that sends people back to where they were, or nobody to the gateway that lacks them, makes it useless: then
 * it pauses, for a minute, and for twice as long each time, until it helps.
 */
/**
 * Decides how many sessions of an event loop are asked to go elsewhere, since its gateway has more
 * than its share. All loops of a gateway see the same figures, so each does its part without asking
 * the others. What is known dies within seconds. Confined to an event loop.
 */
public final class Rebalancing {
  /** How long a client that is asked may stay, ms: it leaves by itself within that time. */
  public static final int GRACE_MS = 2_000;

  /** What a node said counts for so long, ms. */
  static final int STALE_MS = 5_000;

  /** So long the gateway must have been above, ms: clients that have just moved come and go. */
  static final int PATIENCE_MS = 5_000;

  /** After a futile attempt it is tried again after so long, then after twice that, and so on. */
  public static final int PAUSE_MIN_MS = 60_000;

  static final int PAUSE_MAX_MS = 3_600_000;

  private static final double BEGIN_SHARE = 1.1;
  private static final int BEGIN_MORE = 50;
  private static final double END_SHARE = 1.03;
  private static final double BEGIN_FEWEST = 0.8;
  private static final double END_FEWEST = 0.9;
  private static final double OF_ACCEPTED = 0.5;
  private static final double LEAST_ARRIVING = 0.1;

  /** Steps that come late make up for no more than that. */
  private static final int STEP_MAX_MS = 2_000;

  /** What a delivery node said. */
  private record Told(Tier tier, long atMs) {
    long gateways() {
      return Integer.toUnsignedLong(tier.getGateways());
    }

    double mean() {
      return gateways() > 1 ? (double) tier.getSessions() / gateways() : Double.POSITIVE_INFINITY;
    }

    /** Whether some gateway has less than that, as far as is known. */
    boolean hasBelow(double sessions) {
      return tier.hasSpread() && tier.getSpread().getFewest() < sessions;
    }
  }

  private final IntSupplier percentPerSecond;
  private final Map<IncarnationId, Told> said = new HashMap<>();
  private final Effect effect = new Effect();
  private boolean isShedding;
  private long belowAtMs;
  private long aboveAtMs;
  private long steppedAtMs;
  private double owed;

  /** Of the last futile attempt; 0: the last one helped. */
  private int pauseMs;

  private long pausedUntilMs;
  private long pausedGateways;

  /**
   * @param percentPerSecond of the sessions that go, asked each time; 0: none
   */
  public Rebalancing(IntSupplier percentPerSecond, long nowMs) {
    this.percentPerSecond = percentPerSecond;
    this.belowAtMs = nowMs;
    this.aboveAtMs = nowMs;
    this.steppedAtMs = nowMs;
    this.pausedUntilMs = nowMs;
  }

  /** A delivery node says what all gateways have. */
  public void heard(IncarnationId node, Tier tier, long nowMs) {
    said.put(node, new Told(tier, nowMs));
  }

  /** The trunk to it is gone. */
  public void lost(IncarnationId node) {
    said.remove(node);
  }

  /** Nodes that are reached by some of the gateways only differ: the highest mean counts. */
  private Optional<Told> known(long nowMs) {
    @Nullable Told highest = null;
    for (Told told : said.values()) {
      if (nowMs - told.atMs() <= STALE_MS && (highest == null || told.mean() > highest.mean())) {
        highest = told;
      }
    }
    return Optional.ofNullable(highest).filter(told -> told.gateways() > 1);
  }

  /**
   * How many of the loop are asked to go now.
   *
   * @param own sessions of the gateway
   * @param ofLoop those of this event loop among them
   * @param takenPerMs how many this event loop can take: others are taken to be like it where they
   *     do not say
   */
  public int step(long own, int ofLoop, double takenPerMs, long nowMs) {
    long forMs = Math.min(STEP_MAX_MS, nowMs - steppedAtMs);
    steppedAtMs = nowMs;
    Optional<Told> known = known(nowMs);
    boolean isAbove = known.isPresent() && isFarAbove(own, known.get());
    if (isAbove) {
      aboveAtMs = nowMs;
    } else {
      belowAtMs = nowMs;
      if (nowMs >= pausedUntilMs && nowMs - aboveAtMs >= pauseMs) {
        pauseMs = 0;
      }
    }
    boolean wasShedding = isShedding;
    double excess = known.map(told -> excess(own, told)).orElse(0.0);
    isShedding =
        excess > 0
            && !isPaused(known.orElseThrow(), nowMs)
            && (isShedding || nowMs - belowAtMs >= PATIENCE_MS);
    if (!isShedding) {
      owed = 0;
      return 0;
    }
    if (!wasShedding) {
      effect.restart(nowMs);
      effect.forget();
    }
    Told told = known.orElseThrow();
    double ofOwn = (double) ofLoop / own;
    double wanted = percentPerSecond.getAsInt() / 100_000.0 * ofLoop;
    owed += forMs * Math.min(wanted, bound(own, ofOwn, takenPerMs, told));
    int now = (int) Math.min(owed, Math.ceil(excess * ofOwn));
    // What is not too many is not owed.
    owed = Math.min(1, owed - now);
    if (told.tier().hasSpread() && ofLoop > 0) {
      judge(now / ofOwn * othersToo(own, told), told, nowMs);
    }
    return now;
  }

  private static boolean isFarAbove(long own, Told told) {
    double mean = told.mean();
    return own > mean * BEGIN_SHARE + BEGIN_MORE
        || (own > mean && told.hasBelow(mean * BEGIN_FEWEST - BEGIN_MORE));
  }

  /** What it has too many, once it has begun. */
  private static double excess(long own, Told told) {
    double mean = told.mean();
    return own - (told.hasBelow(mean * END_FEWEST) ? mean : mean * END_SHARE);
  }

  /** How many of the loop may go in a millisecond, for those who are to take them. */
  private double bound(long own, double ofOwn, double takenPerMs, Told told) {
    long takes = told.tier().getSpread().getTakes();
    if (takes == 0) {
      return OF_ACCEPTED * takenPerMs;
    }
    double lacking = Math.max(1, told.tier().getSpread().getLacking());
    double part = Math.min(1, (own - told.mean()) / lacking) * ofOwn;
    return OF_ACCEPTED * takes / 1_000 * part / arriving();
  }

  /** Twice what was seen: while ever more are asked, those on their way look lost. */
  private double arriving() {
    return Math.clamp(2 * effect.arriving(), LEAST_ARRIVING, 1);
  }

  /** How many all gateways ask for each that this one does: each has a part of what is lacking. */
  private static double othersToo(long own, Told told) {
    double byExcess = told.tier().getSpread().getLacking() / Math.max(1, own - told.mean());
    double bySessions = (double) told.tier().getSessions() / own;
    return Math.max(1, Math.min(byExcess, bySessions));
  }

  private void judge(double asked, Told told, long nowMs) {
    double lacking = told.tier().getSpread().getLacking();
    switch (effect.look(asked, told.gateways(), lacking, nowMs)) {
      case OPEN -> {}
      case HELPS -> pauseMs = 0;
      case FUTILE -> {
        pauseMs = Math.clamp(2L * pauseMs, PAUSE_MIN_MS, PAUSE_MAX_MS);
        pausedUntilMs = nowMs + pauseMs;
        pausedGateways = told.gateways();
      }
    }
  }

  /** A gateway that is added since may be reached where others were not. */
  private boolean isPaused(Told told, long nowMs) {
    if (told.gateways() > pausedGateways) {
      pausedUntilMs = Math.min(pausedUntilMs, nowMs);
    }
    return nowMs < pausedUntilMs;
  }

  /** Whether some are asked to go. */
  public boolean isShedding() {
    return isShedding;
  }

  /** Whether those who were asked to go last came back, and it is tried ever more rarely. */
  public boolean isFutile() {
    return pauseMs > 0;
  }
}
