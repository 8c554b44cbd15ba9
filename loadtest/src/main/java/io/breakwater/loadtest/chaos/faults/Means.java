package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.disk.Disks;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What a machine has to have for some faults. */
public enum Means {
  /** Wall clocks of servers that can be set. */
  CLOCKS,
  /** A disk for each Cassandra node. */
  DISKS;

  /** Why this machine does not have it; empty if it does. */
  Optional<String> problem() {
    return switch (this) {
      case CLOCKS -> Clocks.problem();
      case DISKS -> Disks.problem();
    };
  }

  /** What this machine does not have, and why. */
  public static Map<Means, String> missing() {
    Map<Means, String> missing = new EnumMap<>(Means.class);
    Arrays.stream(values())
        .forEach(each -> each.problem().ifPresent(problem -> missing.put(each, problem)));
    return missing;
  }

  /** For people. */
  @Override
  public String toString() {
    return switch (this) {
      case CLOCKS -> "setting a server's clock";
      case DISKS -> "a disk for each Cassandra node";
    };
  }
}
