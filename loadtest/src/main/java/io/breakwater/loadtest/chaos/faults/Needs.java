package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.chaos.plan.Cluster;
import io.breakwater.loadtest.chaos.plan.Fault;
import io.breakwater.loadtest.chaos.plan.Step;
import io.breakwater.loadtest.chaos.plan.Tier;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What has to have happened at least once, or the faults have shown too little. Pure. */
public final class Needs {
  /** A delivery node that stands still for so long is removed, and what it left is recovered. */
  static final long SURELY_REMOVED_MS = 15_000;

  /**
   * With so many processes lost, a message was surely under way to one of them, so that it was sent
   * again; with so many changes of delivery nodes, one went to a node that was its home no more.
   */
  static final int SURELY_CAUGHT_A_SEND = 10;

  private Needs() {}

  /** All that is rare and shows that the hard ways were gone. */
  public static Set<Meter> every() {
    return EnumSet.of(
        Meter.RECOVERY_RAN,
        Meter.ENTRY_RECOVERED,
        Meter.HANDOFF_RAN,
        Meter.FORWARD_HAPPENED,
        Meter.SEAL_HIT,
        Meter.JOURNAL_CUT,
        Meter.MAILBOX_READ,
        Meter.DUPLICATE_SEND,
        Meter.DUPLICATE_BY_ROW);
  }

  /**
   * By what was carried out.
   *
   * @param steps those that were
   * @param metered what servers count; some meters are younger than this
   */
  public static Set<Meter> of(Cluster cluster, List<Step> steps, Set<Meter> metered) {
    Set<Meter> needs = EnumSet.noneOf(Meter.class);
    long deliveries = lost(Tier.DELIVERY, cluster, steps);
    if (deliveries > 0) {
      needs.add(Meter.RECOVERY_RAN);
      needs.add(Meter.ENTRY_RECOVERED);
      needs.add(Meter.MAILBOX_READ);
      needs.add(Meter.REATTACHED);
    }
    if (deliveries + lost(Tier.GATEWAY, cluster, steps) >= SURELY_CAUGHT_A_SEND) {
      needs.add(Meter.DUPLICATE_SEND);
      needs.add(Meter.ORIGIN_LOOKED_UP);
    }
    long left =
        steps.stream()
            .filter(Needs::isOrderlyLeave)
            .flatMap(step -> step.targets().stream())
            .filter(node -> node.tier() == Tier.DELIVERY)
            .count();
    if (cluster.deliveries() > 1 && left > 0 && metered.contains(Meter.HANDOFF_RAN)) {
      needs.add(Meter.HANDOFF_RAN);
    }
    if (cluster.deliveries() > 1 && deliveries + left >= SURELY_CAUGHT_A_SEND) {
      needs.add(Meter.FORWARD_HAPPENED);
    }
    if (steps.stream().anyMatch(step -> isSurelyReplaced(step, cluster))) {
      needs.add(Meter.SEAL_HIT);
    }
    return needs;
  }

  /** A delivery node that lives on after others have taken its place. */
  private static boolean isSurelyReplaced(Step step, Cluster cluster) {
    return step.fault() instanceof Fault.Freeze(Tier tier)
        && tier == Tier.DELIVERY
        && isLoss(step, cluster);
  }

  private static boolean isOrderlyLeave(Step step) {
    return switch (step.fault()) {
      case Fault.RollingRestart(Tier tier) -> tier == Tier.DELIVERY;
      case Fault.LeaveAndJoin(Tier tier) -> tier == Tier.DELIVERY;
      case Fault.ReplaceUnseen(Tier _, Tier replaced) -> replaced == Tier.DELIVERY;
      case Fault.Kill _, Fault.KillTwo _, Fault.Freeze _, Fault.KillMidWrite _ -> false;
      case Fault.Partition _, Fault.Isolation _, Fault.SlowLink _, Fault.HalfOpen _ -> false;
      case Fault.DiskFull _, Fault.ClockStep _ -> false;
    };
  }

  /** Processes of a tier that ended, or were taken for dead, without warning. */
  private static long lost(Tier tier, Cluster cluster, List<Step> steps) {
    return steps.stream()
        .filter(step -> isLoss(step, cluster))
        .flatMap(step -> step.targets().stream())
        .filter(node -> node.tier() == tier)
        .count();
  }

  private static boolean isLoss(Step step, Cluster cluster) {
    return switch (step.fault()) {
      case Fault.Kill _, Fault.KillTwo _, Fault.KillMidWrite _ -> true;
      // Nobody is there who would remove the only one.
      case Fault.Freeze _ -> step.durationMs() >= SURELY_REMOVED_MS && cluster.deliveries() > 1;
      case Fault.RollingRestart _, Fault.LeaveAndJoin _, Fault.ReplaceUnseen _ -> false;
      case Fault.Partition _, Fault.Isolation _, Fault.SlowLink _, Fault.HalfOpen _ -> false;
      case Fault.DiskFull _, Fault.ClockStep _ -> false;
    };
  }
}
