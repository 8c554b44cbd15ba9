package io.breakwater.delivery.simulation;

import io.breakwater.delivery.lane.LaneLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * What a seed decides before anything happens. Times are in milliseconds, frequencies are the mean
 * time between two.
 */
record Plan(
    int users,
    int devices,
    int lanes,
    LaneLimits limits,
    int sliceBlocks,
    int ceilingAhead,
    long workMs,
    long burstEveryMs,
    int burst,
    int messages,
    int sendWindow,
    int payload,
    double replies,
    boolean quiet,
    long storageTimeoutMs,
    double storageFailures,
    double storageSlowness,
    double ceilingFailures,
    long crashEveryMs,
    long zombieEveryMs,
    long outageEveryMs,
    long gatewayCrashEveryMs,
    long connectionLossEveryMs,
    long offlineEveryMs,
    long appCrashEveryMs,
    double appCrashes,
    long clockStepEveryMs,
    double slowReaders,
    double lateFrames,
    long slowestLinkMs,
    People people,
    Fleet fleet) {
  /**
   * The nodes, and what happens to them beside crashes.
   *
   * @param nodes how many at once
   * @param suspicion of a node that is just fine, each time somebody looks
   * @param cutEveryMs a node is cut off from storage, another one from a gateway
   */
  record Fleet(
      int nodes, long leaveEveryMs, long partitionEveryMs, long cutEveryMs, double suspicion) {
    static Fleet of(Dice dice) {
      int nodes = dice.chance(0.3) ? 1 : dice.between(2, 4);
      return new Fleet(
          nodes,
          dice.chance(0.5) ? dice.between(3_000L, 15_000L) : NEVER,
          dice.chance(0.5) ? dice.between(3_000L, 12_000L) : NEVER,
          dice.chance(0.4) ? dice.between(4_000L, 15_000L) : NEVER,
          dice.chance(0.3) ? 0.005 : 0);
    }

    Fleet withoutFaults() {
      return new Fleet(nodes, NEVER, NEVER, NEVER, 0);
    }
  }

  /**
   * What people do about their devices, and for how long they are away.
   *
   * @param linkEveryMs mean time between two links
   * @param revokeEveryMs mean time between two devices that are signed out
   * @param deviceRowFailures of the writes of their rows
   * @param daysAway everything is down and nobody online for so many days, each time
   * @param absentees devices that are away from before the first of these times until after the
   *     last
   */
  record People(
      long linkEveryMs,
      long revokeEveryMs,
      double deviceRowFailures,
      List<Integer> daysAway,
      int absentees) {
    /** No sum of them is within hours of 7 (retries), 14 (origins) or 30 (mailboxes). */
    private static final List<Integer> DAYS = List.of(2, 9, 17, 17, 32);

    static People of(Dice dice) {
      boolean many = dice.chance(0.15);
      List<Integer> days = new ArrayList<>();
      for (int times = dice.chance(0.35) ? dice.chance(0.7) ? 2 : 1 : 0; times > 0; times--) {
        days.add(dice.pick(DAYS));
      }
      return new People(
          many ? 400 : dice.chance(0.5) ? dice.between(1_500L, 6_000L) : NEVER,
          dice.chance(0.5) ? dice.between(1_500L, 9_000L) : NEVER,
          dice.chance(0.5) ? 0.02 : 0.25,
          List.copyOf(days),
          dice.between(0, 3));
    }

    People withoutFaults() {
      return new People(linkEveryMs, revokeEveryMs, 0, List.of(), 0);
    }
  }

  private static final long NEVER = Long.MAX_VALUE / 4;
  private static final long DAY_MS = 24L * 3600 * 1000;

  private static final long RETRY_FOR_MS = 7 * DAY_MS;

  static Plan faultless(Dice dice) {
    Plan plan = of(dice);
    return new Plan(
        plan.users,
        plan.devices,
        plan.lanes,
        plan.limits.storing(
            plan.limits.storeBodies(), plan.limits.mailboxTtlMs(), 2 * RETRY_FOR_MS),
        plan.sliceBlocks,
        plan.ceilingAhead,
        plan.workMs,
        plan.burstEveryMs,
        plan.burst,
        plan.messages,
        plan.sendWindow,
        plan.payload,
        plan.replies,
        plan.quiet,
        plan.storageTimeoutMs,
        0,
        0,
        0,
        NEVER,
        NEVER,
        NEVER,
        NEVER,
        NEVER,
        NEVER,
        NEVER,
        0,
        NEVER,
        0,
        0,
        plan.slowestLinkMs,
        plan.people.withoutFaults(),
        plan.fleet.withoutFaults());
  }

  static Plan of(Dice dice) {
    boolean stormy = dice.chance(0.3);
    boolean wide = dice.chance(0.15);
    LaneLimits limits = limits(dice, wide);
    if (dice.chance(0.25)) {
      // Origins are kept for as long as ever: only the clients give up early.
      limits =
          limits.storing(
              limits.storeBodies(), limits.mailboxTtlMs(), 2 * dice.between(4_000L, 15_000L));
    }
    return new Plan(
        dice.between(2, 5),
        dice.between(1, 3),
        dice.between(1, 2),
        limits,
        dice.between(2, 8),
        dice.between(4, 60),
        dice.between(8_000L, 30_000L),
        dice.between(200L, 1_500L),
        wide ? 160 : dice.between(1, 25),
        Math.min(300, 6 * limits.tailEntries()),
        wide ? 256 : 32,
        wide ? 20 : dice.between(10, 400),
        dice.chance(0.7) ? 0.3 : 0,
        dice.chance(0.1),
        dice.between(300L, 2_000L),
        dice.chance(0.5) ? 0.005 : stormy ? 0.08 : 0.03,
        dice.chance(0.5) ? 0.01 : 0.1,
        dice.chance(0.4) ? 0.9 : 0.05,
        dice.chance(0.8) ? dice.between(2_500L, 12_000L) : NEVER,
        dice.chance(0.5) ? dice.between(4_000L, 15_000L) : NEVER,
        dice.chance(0.4) ? dice.between(4_000L, 15_000L) : NEVER,
        dice.chance(0.4) ? dice.between(4_000L, 15_000L) : NEVER,
        dice.chance(0.6) ? dice.between(500L, 6_000L) : NEVER,
        dice.chance(0.6) ? dice.between(3_000L, 10_000L) : NEVER,
        dice.chance(0.5) ? dice.between(2_000L, 10_000L) : NEVER,
        dice.chance(0.5) ? 0.01 : 0,
        dice.chance(0.4) ? dice.between(2_000L, 10_000L) : NEVER,
        dice.chance(0.4) ? 0.3 : 0,
        dice.chance(0.3) ? 0.1 : 0,
        dice.chance(0.7) ? 8 : 150,
        People.of(dice),
        Fleet.of(dice));
  }

  /** Small, so that what is rare is common. */
  private static LaneLimits limits(Dice dice, boolean wide) {
    return new LaneLimits(
        dice.between(512, 2_048),
        dice.between(1, 4),
        wide ? 600 : dice.between(12, 64),
        wide ? 256L << 10 : dice.between(8L << 10, 48L << 10),
        dice.between(4, 8),
        dice.between(1 << 10, 4 << 10),
        dice.between(800L, 2_500L),
        dice.between(100L, 1_500L),
        wide ? 32 : dice.between(3, 8),
        wide ? 16 << 10 : dice.between(1 << 10, 4 << 10),
        dice.between(2, 4),
        dice.between(1_000L, 4_000L),
        dice.chance(0.5) ? dice.between(1, 10) : 1_000,
        1,
        dice.between(16, 256),
        dice.between(512, 16 << 10),
        dice.chance(0.5) ? 1 : 40,
        30 * DAY_MS,
        RETRY_FOR_MS,
        dice.chance(0.5));
  }
}
