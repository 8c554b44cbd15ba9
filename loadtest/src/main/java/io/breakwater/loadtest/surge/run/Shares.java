package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Size;
import io.breakwater.loadtest.surge.quota.CpuGroup;
import io.breakwater.loadtest.surge.quota.CpuGroup.Throttled;
import io.breakwater.loadtest.surge.quota.CpuGroups;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Holds each server of a stack to a share of the processors: a control group for each, so that two
 * gateways have twice what one has. A server that is started anew is put into its group again by
 * {@link #hold}. It is made before the servers are started, and closed when they have ended: then
 * the groups are gone, as when this process ends in any way but by SIGKILL. Any thread.
 */
final class Shares implements AutoCloseable {
  /** What a stack needs to end, and some more. */
  private static final Duration END_LIMIT = Duration.ofMinutes(2);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /** Not changed when it is made. */
  private final Map<String, CpuGroup> groups = new HashMap<>();

  private final Map<String, Long> held = new HashMap<>();
  private final Set<String> problems = new LinkedHashSet<>();
  private boolean isOver;
  private final Thread hook = Thread.ofPlatform().unstarted(this::remove);

  private Shares() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Reads {@code gateway=0.5}.
   *
   * @throws IllegalArgumentException that says what was expected
   */
  static Map.Entry<Part, Double> parse(String text) {
    String[] sides = text.split("=", 2);
    try {
      double cores = Double.parseDouble(sides.length == 2 ? sides[1] : "");
      if (cores >= CpuGroup.LEAST_CORES) {
        return Map.entry(Part.valueOf(sides[0].toUpperCase(Locale.ROOT)), cores);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(notAShare(text), e);
    }
    throw new IllegalArgumentException(notAShare(text));
  }

  private static String notAShare(String text) {
    return "quota: '%s' (expected: cassandra, delivery or gateway, '=', and processors of each, at least %s)"
        .formatted(text, CpuGroup.LEAST_CORES);
  }

  /**
   * Makes the groups.
   *
   * @param cores of each server of a kind; those of other kinds take what they get
   * @throws TrialFailure if this machine has no control groups, or does not let this process
   */
  static Shares of(Size size, Map<Part, Double> cores) {
    Shares shares = new Shares();
    try {
      if (!cores.isEmpty()) {
        CpuGroups machine = CpuGroups.find();
        for (Map.Entry<Part, Double> share : cores.entrySet()) {
          for (int i = 1; i <= size.of(share.getKey()); i++) {
            String server = size.name(share.getKey(), i);
            String name = "breakwater-%d-%s".formatted(ProcessHandle.current().pid(), server);
            shares.groups.put(server, machine.make(name, share.getValue()));
          }
        }
      }
      return shares;
    } catch (IOException e) {
      shares.close();
      throw new TrialFailure("no quotas on this machine: " + e.getMessage(), e);
    }
  }

  /** Of groups that were made, by the names of servers. */
  static Shares of(Map<String, CpuGroup> groups) {
    Shares shares = new Shares();
    shares.groups.putAll(groups);
    return shares;
  }

  /** Whether nobody is held to anything. */
  boolean areNone() {
    return groups.isEmpty();
  }

  /**
   * Puts the process that a server is now into its group, if it is not there. If that cannot be
   * done it is a problem of the run.
   *
   * @param server its name
   */
  synchronized void hold(String server, long pid) {
    CpuGroup group = groups.get(server);
    if (isOver || group == null || held.getOrDefault(server, 0L) == pid) {
      return;
    }
    try {
      group.add(pid);
      held.put(server, pid);
    } catch (IOException | RuntimeException e) {
      held.remove(server);
      // Who has ended needs no group: its successor is held when it is seen.
      if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
        problems.add("%s was not held to its quota: %s".formatted(server, e.getMessage()));
      }
    }
  }

  /** What each had to wait for its share, by names; nothing of those that cannot be asked. */
  synchronized SortedMap<String, Throttled> throttled() {
    SortedMap<String, Throttled> throttled = new TreeMap<>();
    groups.forEach(
        (server, group) -> {
          try {
            throttled.put(server, group.throttled());
          } catch (IOException e) {
            // It is of interest, no more.
          }
        });
    return throttled;
  }

  /** Holds nobody from now on. What cannot be lifted is a problem of the run. */
  synchronized void lift() {
    isOver = true;
    groups.forEach(
        (server, group) -> {
          try {
            group.lift();
          } catch (IOException e) {
            problems.add(
                "%s was held to its quota after the run: %s".formatted(server, e.getMessage()));
          }
        });
  }

  /** For people. */
  static String text(String server, Throttled throttled) {
    return String.format(
        Locale.ROOT,
        "quota: %s had used up its share in %.0f %% of %d periods",
        server,
        100 * throttled.share(),
        throttled.periods());
  }

  /** Who was not held, and why; sentences. */
  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public void close() {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It runs already.
    }
  }

  /**
   * When their servers have ended, which at Ctrl-C another hook sees to: processes cannot be put
   * back where groups of version 2 pass controllers on. Not synchronized: a hook does not wait for
   * the thread that does it already, nor end before it.
   */
  private void remove() {
    lift();
    Clock clock = Clock.start();
    for (CpuGroup group : groups.values()) {
      try {
        while (!group.isEmpty() && !clock.has(END_LIMIT)) {
          Clock.pause(LOOK_AGAIN);
        }
        group.close();
      } catch (IOException | TrialFailure e) {
        // An empty group takes nothing; the next surge with quotas removes it.
        System.err.println("left behind: " + e.getMessage());
      }
    }
  }
}
