package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.report.Interruption;
import io.breakwater.loadtest.chaos.report.Interruption.Pause;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures, for each user to whom others write, how long nothing to them was accepted and nothing
 * delivered while and after something was broken: what those write who are concerned or whoever
 * writes to them, and apart from that what the others write to each other. Time in which nobody
 * wrote to them does not count; neither does what comes after the last send.
 */
final class Interruptions {
  /** After the end of a fault, milliseconds. */
  static final long AFTERMATH_MS = 60_000;

  private final Map<Integer, Watch> watches = new LinkedHashMap<>();

  void begun(Fact.FaultBegun fault) {
    watches.values().forEach(watch -> watch.untilMs = Math.min(watch.untilMs, fault.atMs()));
    watches.put(fault.fault(), new Watch(fault));
  }

  void ended(Fact.FaultEnded fault) {
    Watch watch = watches.get(fault.fault());
    if (watch != null) {
      watch.untilMs = Math.min(watch.untilMs, fault.atMs() + AFTERMATH_MS);
    }
  }

  /** One user writes to another, or to itself. */
  void invoked(int from, int to, long atMs) {
    open(atMs).forEach(watch -> watch.invoked(from, to, atMs));
  }

  /** What one user wrote to another is accepted. */
  void accepted(int from, int to, long atMs) {
    open(atMs).forEach(watch -> watch.waits(from, to).accepts.ended(atMs));
  }

  /** An application of a user is handed what another wrote to it. */
  void delivered(int from, int to, long atMs) {
    open(atMs).forEach(watch -> watch.waits(from, to).deliveries.ended(atMs));
  }

  private List<Watch> open(long nowMs) {
    return watches.values().stream().filter(watch -> nowMs <= watch.untilMs).toList();
  }

  List<Interruption> result() {
    return watches.values().stream().map(Watch::result).toList();
  }

  private static final class Watch {
    private final Fact.FaultBegun fault;
    private final Set<Integer> concerned;
    private final Map<Integer, Waits> toConcerned = new HashMap<>();
    private final Map<Integer, Waits> toOthers = new HashMap<>();
    private long untilMs = Long.MAX_VALUE;
    private long lastInvokedAtMs;

    Watch(Fact.FaultBegun fault) {
      this.fault = fault;
      concerned = Set.copyOf(fault.users());
      lastInvokedAtMs = fault.atMs();
    }

    /** What this one waits for with this other: it matters to both ends where their homes are. */
    Waits waits(int from, int to) {
      boolean isConcerned =
          concerned.isEmpty() || concerned.contains(from) || concerned.contains(to);
      return (isConcerned ? toConcerned : toOthers)
          .computeIfAbsent(to, _ -> new Waits(new Wait(), new Wait()));
    }

    void invoked(int from, int to, long atMs) {
      lastInvokedAtMs = atMs;
      waits(from, to).accepts.begun(atMs);
      waits(from, to).deliveries.begun(atMs);
    }

    Interruption result() {
      return new Interruption(
          fault.fault(), fault.what(), worst(toConcerned.values()), worst(toOthers.values()));
    }

    private Pause worst(Collection<Waits> users) {
      return new Pause(
          users.size(),
          longest(users.stream().map(Waits::accepts).toList()),
          longest(users.stream().map(Waits::deliveries).toList()));
    }

    private long longest(Collection<Wait> waits) {
      return waits.stream().mapToLong(wait -> wait.longestUntil(lastInvokedAtMs)).max().orElse(0);
    }
  }

  private record Waits(Wait accepts, Wait deliveries) {}

  private static final class Wait {
    private static final long NONE = Long.MAX_VALUE;

    private long sinceMs = NONE;
    private long longestMs;

    void begun(long atMs) {
      sinceMs = Math.min(sinceMs, atMs);
    }

    void ended(long atMs) {
      longestMs = longestUntil(atMs);
      sinceMs = NONE;
    }

    long longestUntil(long atMs) {
      return sinceMs == NONE ? longestMs : Math.max(longestMs, atMs - sinceMs);
    }
  }
}
