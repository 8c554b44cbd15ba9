package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.report.Interruption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures for how long nothing was accepted and nothing delivered while and after something was
 * broken. Begins and ends of that time count as accepts and deliveries; sends that come after it,
 * not at all.
 */
final class Interruptions {
  /** After the end of a fault, milliseconds. */
  static final long AFTERMATH_MS = 60_000;

  private final Map<Integer, Watch> watches = new LinkedHashMap<>();
  private final List<Watch> open = new ArrayList<>();

  void begun(Fact.FaultBegun fault) {
    Watch watch = new Watch(fault);
    watches.put(fault.fault(), watch);
    open.add(watch);
  }

  void ended(Fact.FaultEnded fault) {
    Watch watch = watches.get(fault.fault());
    if (watch != null) {
      watch.untilMs = fault.atMs() + AFTERMATH_MS;
    }
  }

  void invoked(int user, long atMs) {
    close(atMs);
    open.stream()
        .filter(watch -> watch.concerns(user))
        .forEach(watch -> watch.lastInvokedAtMs = atMs);
  }

  void accepted(int user, long atMs) {
    close(atMs);
    open.stream().filter(watch -> watch.concerns(user)).forEach(watch -> watch.accepts.saw(atMs));
  }

  void delivered(int user, long atMs) {
    close(atMs);
    open.stream()
        .filter(watch -> watch.concerns(user))
        .forEach(watch -> watch.deliveries.saw(atMs));
  }

  private void close(long nowMs) {
    open.removeIf(watch -> nowMs > watch.untilMs);
  }

  List<Interruption> result() {
    return watches.values().stream().map(Watch::result).toList();
  }

  private static final class Watch {
    private final Fact.FaultBegun fault;
    private final Set<Integer> users;
    private final LongestGap accepts;
    private final LongestGap deliveries;
    private long untilMs = Long.MAX_VALUE;
    private long lastInvokedAtMs;

    Watch(Fact.FaultBegun fault) {
      this.fault = fault;
      users = Set.copyOf(fault.users());
      accepts = new LongestGap(fault.atMs());
      deliveries = new LongestGap(fault.atMs());
      lastInvokedAtMs = fault.atMs();
    }

    boolean concerns(int user) {
      return users.isEmpty() || users.contains(user);
    }

    Interruption result() {
      return new Interruption(
          fault.fault(),
          fault.what(),
          accepts.until(lastInvokedAtMs),
          deliveries.until(lastInvokedAtMs));
    }
  }

  private static final class LongestGap {
    private long lastAtMs;
    private long longestMs;

    LongestGap(long fromMs) {
      lastAtMs = fromMs;
    }

    void saw(long atMs) {
      longestMs = Math.max(longestMs, atMs - lastAtMs);
      lastAtMs = atMs;
    }

    long until(long atMs) {
      return Math.max(longestMs, atMs - lastAtMs);
    }
  }
}
