package io.breakwater.loadtest.chaos.faults;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Adds up what the processes of a campaign have counted. A counter dies with its process: what was
 * last seen of it stays in the sum. Confined to one thread.
 */
final class Counts {
  /** By pid: one is not given to another process of ours within a campaign. */
  private final Map<Long, Map<Meter, Long>> lastSeen = new HashMap<>();

  /** A process says so; of what it said before, the highest counts. */
  void saw(long pid, Map<Meter, Long> figures) {
    Map<Meter, Long> before = lastSeen.computeIfAbsent(pid, _ -> new EnumMap<>(Meter.class));
    figures.forEach((meter, count) -> before.merge(meter, count, Math::max));
  }

  /** Of all processes; a meter that none of them has is not in it. */
  Map<Meter, Long> sums() {
    Map<Meter, Long> sums = new EnumMap<>(Meter.class);
    lastSeen
        .values()
        .forEach(figures -> figures.forEach((meter, count) -> sums.merge(meter, count, Long::sum)));
    return Collections.unmodifiableMap(sums);
  }
}
