package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.chaos.plan.Fault;
import io.breakwater.loadtest.chaos.plan.Tier;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be broken. */
public enum Kind {
  KILL_GATEWAY,
  KILL_DELIVERY,
  KILL_CASSANDRA,
  KILL_TWO_DELIVERIES,
  KILL_GATEWAY_AND_DELIVERY,
  KILL_DELIVERY_AND_CASSANDRA,
  FREEZE_GATEWAY,
  FREEZE_DELIVERY,
  FREEZE_CASSANDRA,
  RESTART_GATEWAYS,
  RESTART_DELIVERIES,
  RESTART_CASSANDRAS,
  REPLACE_DELIVERY,
  REPLACE_DELIVERY_UNSEEN,
  PART_GATEWAY_DELIVERY,
  PART_DELIVERIES,
  PART_DELIVERY_CASSANDRA,
  PART_CASSANDRAS,
  MUTE_GATEWAY_DELIVERY,
  MUTE_DELIVERY_GATEWAY,
  MUTE_DELIVERY_DELIVERY,
  MUTE_DELIVERY_CASSANDRA,
  MUTE_CASSANDRA_DELIVERY,
  MUTE_CASSANDRA_CASSANDRA,
  ISOLATE_GATEWAY,
  ISOLATE_DELIVERY,
  ISOLATE_CASSANDRA,
  SLOW_GATEWAY,
  SLOW_DELIVERY,
  SLOW_CASSANDRA,
  LOSE_GATEWAY,
  LOSE_DELIVERY,
  LOSE_CASSANDRA,
  KILL_DELIVERY_MID_WRITE,
  CLOCK_STEP_GATEWAY,
  CLOCK_STEP_DELIVERY,
  CLOCK_STEP_CASSANDRA,
  DISK_FULL_CASSANDRA;

  /** As a plan has it. */
  public Fault fault() {
    return switch (this) {
      case KILL_GATEWAY -> new Fault.Kill(Tier.GATEWAY);
      case KILL_DELIVERY -> new Fault.Kill(Tier.DELIVERY);
      case KILL_CASSANDRA -> new Fault.Kill(Tier.CASSANDRA);
      case KILL_TWO_DELIVERIES -> new Fault.KillTwo(Tier.DELIVERY, Tier.DELIVERY);
      case KILL_GATEWAY_AND_DELIVERY -> new Fault.KillTwo(Tier.GATEWAY, Tier.DELIVERY);
      case KILL_DELIVERY_AND_CASSANDRA -> new Fault.KillTwo(Tier.DELIVERY, Tier.CASSANDRA);
      case FREEZE_GATEWAY -> new Fault.Freeze(Tier.GATEWAY);
      case FREEZE_DELIVERY -> new Fault.Freeze(Tier.DELIVERY);
      case FREEZE_CASSANDRA -> new Fault.Freeze(Tier.CASSANDRA);
      case RESTART_GATEWAYS -> new Fault.RollingRestart(Tier.GATEWAY);
      case RESTART_DELIVERIES -> new Fault.RollingRestart(Tier.DELIVERY);
      case RESTART_CASSANDRAS -> new Fault.RollingRestart(Tier.CASSANDRA);
      case REPLACE_DELIVERY -> new Fault.LeaveAndJoin(Tier.DELIVERY);
      case REPLACE_DELIVERY_UNSEEN -> new Fault.ReplaceUnseen(Tier.GATEWAY, Tier.DELIVERY);
      case KILL_DELIVERY_MID_WRITE -> new Fault.KillMidWrite(Tier.DELIVERY, Tier.CASSANDRA);
      case PART_GATEWAY_DELIVERY -> part(Tier.GATEWAY, Tier.DELIVERY);
      case PART_DELIVERIES -> part(Tier.DELIVERY, Tier.DELIVERY);
      case PART_DELIVERY_CASSANDRA -> part(Tier.DELIVERY, Tier.CASSANDRA);
      case PART_CASSANDRAS -> part(Tier.CASSANDRA, Tier.CASSANDRA);
      case MUTE_GATEWAY_DELIVERY -> mute(Tier.GATEWAY, Tier.DELIVERY);
      case MUTE_DELIVERY_GATEWAY -> mute(Tier.DELIVERY, Tier.GATEWAY);
      case MUTE_DELIVERY_DELIVERY -> mute(Tier.DELIVERY, Tier.DELIVERY);
      case MUTE_DELIVERY_CASSANDRA -> mute(Tier.DELIVERY, Tier.CASSANDRA);
      case MUTE_CASSANDRA_DELIVERY -> mute(Tier.CASSANDRA, Tier.DELIVERY);
      case MUTE_CASSANDRA_CASSANDRA -> mute(Tier.CASSANDRA, Tier.CASSANDRA);
      case ISOLATE_GATEWAY -> new Fault.Isolation(Tier.GATEWAY);
      case ISOLATE_DELIVERY -> new Fault.Isolation(Tier.DELIVERY);
      case ISOLATE_CASSANDRA -> new Fault.Isolation(Tier.CASSANDRA);
      case SLOW_GATEWAY -> new Fault.SlowLink(Tier.GATEWAY);
      case SLOW_DELIVERY -> new Fault.SlowLink(Tier.DELIVERY);
      case SLOW_CASSANDRA -> new Fault.SlowLink(Tier.CASSANDRA);
      case LOSE_GATEWAY -> new Fault.HalfOpen(Tier.GATEWAY);
      case LOSE_DELIVERY -> new Fault.HalfOpen(Tier.DELIVERY);
      case LOSE_CASSANDRA -> new Fault.HalfOpen(Tier.CASSANDRA);
      case CLOCK_STEP_GATEWAY -> new Fault.ClockStep(Tier.GATEWAY);
      case CLOCK_STEP_DELIVERY -> new Fault.ClockStep(Tier.DELIVERY);
      case CLOCK_STEP_CASSANDRA -> new Fault.ClockStep(Tier.CASSANDRA);
      case DISK_FULL_CASSANDRA -> new Fault.DiskFull(Tier.CASSANDRA);
    };
  }

  private static Fault part(Tier one, Tier other) {
    return new Fault.Partition(one, other, Fault.Direction.BOTH_WAYS);
  }

  /** What the one sends to the other vanishes. */
  private static Fault mute(Tier one, Tier other) {
    return new Fault.Partition(one, other, Fault.Direction.ONE_WAY);
  }

  /** Whether each server has to have a host of its own for it. */
  public boolean needsHosts() {
    return switch (fault()) {
      case Fault.Partition _, Fault.Isolation _, Fault.SlowLink _, Fault.HalfOpen _ -> true;
      case Fault.KillMidWrite _ -> true;
      case Fault.Kill _, Fault.KillTwo _, Fault.Freeze _ -> false;
      case Fault.RollingRestart _, Fault.LeaveAndJoin _, Fault.ReplaceUnseen _ -> false;
      case Fault.DiskFull _, Fault.ClockStep _ -> false;
    };
  }

  /** What the machine has to have for it, beside processes and signals. */
  public Optional<Means> means() {
    return switch (this) {
      case CLOCK_STEP_GATEWAY, CLOCK_STEP_DELIVERY, CLOCK_STEP_CASSANDRA ->
          Optional.of(Means.CLOCKS);
      case DISK_FULL_CASSANDRA -> Optional.of(Means.DISKS);
      default -> Optional.empty();
    };
  }

  /** That of a fault; an error if it is not available. */
  public static Kind of(Fault fault) {
    return Arrays.stream(values())
        .filter(kind -> kind.fault().equals(fault))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not available: " + fault));
  }

  /** As it is written on the command line and in reports. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
