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
 * delivered: while something was broken, for what those write who are concerned or whoever writes
 * to them, and apart from that for what the others write to each other; and afterwards, for all.
 * Time in which nobody wrote to them does not count; neither does what comes after the last send. A
 * wait belongs where it began.
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
      watch.endedAtMs = fault.atMs();
      watch.untilMs = Math.min(watch.untilMs, fault.atMs() + AFTERMATH_MS);
    }
  }

  /** One user writes to another, or to itself. */
  void invoked(int from, int to, long atMs) {
    open(atMs).forEach(watch -> watch.invoked(from, to, atMs));
  }

  /** What one user wrote to another is accepted. */
  void accepted(int from, int to, long atMs) {
    open(atMs).forEach(watch -> watch.waits(from, to).forEach(each -> each.accepts.ended(atMs)));
  }

  /** An application of a user is handed what another wrote to it. */
  void delivered(int from, int to, long atMs) {
    open(atMs).forEach(watch -> watch.waits(from, to).forEach(each -> each.deliveries.ended(atMs)));
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
    private final Map<Integer, Waits> afterwards = new HashMap<>();
    private long endedAtMs = Long.MAX_VALUE;
    private long untilMs = Long.MAX_VALUE;
    private long lastInvokedAtMs;

    Watch(Fact.FaultBegun fault) {
      this.fault = fault;
      concerned = Set.copyOf(fault.users());
      lastInvokedAtMs = fault.atMs();
    }

    void invoked(int from, int to, long atMs) {
      lastInvokedAtMs = atMs;
      Waits waits = atMs < endedAtMs ? during(from, to) : of(afterwards, to);
      waits.accepts.begun(atMs);
      waits.deliveries.begun(atMs);
    }

    /** All that may end now. */
    List<Waits> waits(int from, int to) {
      return List.of(during(from, to), of(afterwards, to));
    }

    /** It matters to both ends of a message where their homes are. */
    private Waits during(int from, int to) {
      boolean isConcerned =
          concerned.isEmpty() || concerned.contains(from) || concerned.contains(to);
      return of(isConcerned ? toConcerned : toOthers, to);
    }

    private static Waits of(Map<Integer, Waits> users, int user) {
      return users.computeIfAbsent(user, _ -> new Waits(new Wait(), new Wait()));
    }

    Interruption result() {
      return new Interruption(
          fault.fault(),
          fault.what(),
          worst(toConcerned.values()),
          worst(toOthers.values()),
          worst(afterwards.values()));
    }

    private Pause worst(Collection<Waits> users) {
      List<Waits> asked = users.stream().filter(each -> each.accepts.hasBegun).toList();
      return new Pause(
          asked.size(),
          longest(asked.stream().map(Waits::accepts).toList()),
          longest(asked.stream().map(Waits::deliveries).toList()));
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
    private boolean hasBegun;

    void begun(long atMs) {
      hasBegun = true;
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
