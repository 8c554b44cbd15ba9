package io.breakwater.loadtest.chaos.plan;

import java.util.List;

/**
 * What a fault needs and takes.
 *
 * @param targets a node of each of these tiers; never the same node twice
 * @param whole whether all of the first tier are concerned, instead of one
 * @param down whether its targets are down meanwhile, one at a time if all are concerned
 * @param minSeconds duration
 * @param maxSeconds duration
 */
record Shape(List<Tier> targets, boolean whole, boolean down, int minSeconds, int maxSeconds) {
  static Shape of(Fault fault) {
    return switch (fault) {
      case Fault.Kill(Tier tier) -> down(0, 15, tier);
      case Fault.KillTwo(Tier one, Tier other) -> down(0, 15, one, other);
      case Fault.Freeze(Tier tier) -> down(1, 30, tier);
      case Fault.Partition(Tier one, Tier other, Fault.Direction _) -> up(3, 40, one, other);
      case Fault.Isolation(Tier tier) -> down(3, 40, tier);
      case Fault.SlowLink(Tier tier) -> up(10, 30, tier);
      case Fault.HalfOpen(Tier tier) -> down(3, 40, tier);
      case Fault.DiskFull(Tier tier) -> down(5, 30, tier);
      case Fault.ClockStep(Tier tier) -> up(5, 20, tier);
      case Fault.ReplaceUnseen(Tier unseenBy, Tier replaced) -> down(8, 15, unseenBy, replaced);
      case Fault.KillMidWrite(Tier killed, Tier writtenTo) -> down(3, 10, killed, writtenTo);
      case Fault.RollingRestart(Tier tier) -> new Shape(List.of(tier), true, true, 20, 40);
      case Fault.LeaveAndJoin(Tier tier) -> down(10, 40, tier);
    };
  }

  private static Shape down(int minSeconds, int maxSeconds, Tier... targets) {
    return new Shape(List.of(targets), false, true, minSeconds, maxSeconds);
  }

  private static Shape up(int minSeconds, int maxSeconds, Tier... targets) {
    return new Shape(List.of(targets), false, false, minSeconds, maxSeconds);
  }

  /** Whether a cluster has the nodes, and can spare them. */
  boolean fits(Cluster cluster) {
    return targets.stream().allMatch(tier -> fits(cluster, tier));
  }

  private boolean fits(Cluster cluster, Tier tier) {
    long needed = targets.stream().filter(each -> each == tier).count();
    return needed <= cluster.size(tier) && (!down || needed <= cluster.mayBeDown(tier));
  }
}
