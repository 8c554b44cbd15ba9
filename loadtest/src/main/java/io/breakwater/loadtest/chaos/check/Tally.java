package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.report.Figures;
import java.util.Map;
import java.util.TreeMap;

/** Counts. */
final class Tally {
  long facts;
  long beganAtMs;
  long endedAtMs;
  long invoked;
  long accepted;
  long refused;
  long unknown;
  long delivered;
  long repeated;
  long stored;
  int effectiveFaults;

  private final Map<String, Long> sometimes = new TreeMap<>();

  Tally() {
    for (Sometimes each : Sometimes.values()) {
      sometimes.put(each.toString(), 0L);
    }
  }

  void happened(Sometimes what) {
    happened(what.toString(), 1);
  }

  void happened(String what, long times) {
    sometimes.merge(what, times, Long::sum);
  }

  Map<String, Long> sometimes() {
    return sometimes;
  }

  Figures figures() {
    return new Figures(
        facts,
        endedAtMs - beganAtMs,
        invoked,
        accepted,
        refused,
        unknown,
        invoked - accepted - refused - unknown,
        delivered,
        repeated,
        stored);
  }
}
