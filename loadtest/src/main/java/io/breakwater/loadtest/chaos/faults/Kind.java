package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.chaos.plan.Fault;
import io.breakwater.loadtest.chaos.plan.Tier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be broken here, by processes and signals alone. */
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
  REPLACE_DELIVERY;

  /** What a plan may hold and nobody can cause yet. */
  private static final List<Class<? extends Fault>> NOT_AVAILABLE =
      List.of(
          Fault.Partition.class,
          Fault.SlowLink.class,
          Fault.HalfOpen.class,
          Fault.DiskFull.class,
          Fault.ClockStep.class);

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
    };
  }

  /** That of a fault; an error if it is not available. */
  public static Kind of(Fault fault) {
    return Arrays.stream(values())
        .filter(kind -> kind.fault().equals(fault))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not available: " + fault));
  }

  /** Names of faults that a plan may hold and nobody can cause yet. */
  public static List<String> notAvailable() {
    return NOT_AVAILABLE.stream().map(fault -> words(fault.getSimpleName())).toList();
  }

  private static String words(String camelCase) {
    return camelCase.replaceAll("(?<=.)(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /** As it is written on the command line and in reports. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
