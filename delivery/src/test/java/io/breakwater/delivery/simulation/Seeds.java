package io.breakwater.delivery.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a run of seeds came to.
 *
 * @param messages that were sent in all of them
 * @param failures in the order of their seeds
 */
record Seeds(long messages, List<String> failures, Map<Sometimes, Long> counters) {
  /** A run that fails everywhere says no more than one that fails often. */
  private static final int MOST_FAILURES = 20;

  /**
   * Runs seeds, each in one thread.
   *
   * @param threads how many seeds at once
   */
  static Seeds run(long from, long count, int threads) {
    AtomicLong next = new AtomicLong(from);
    AtomicLong messages = new AtomicLong();
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    Map<Sometimes, Long> counters = Collections.synchronizedMap(new EnumMap<>(Sometimes.class));
    Runnable worker =
        () -> {
          for (long seed = next.getAndIncrement();
              seed < from + count && failures.size() < MOST_FAILURES;
              seed = next.getAndIncrement()) {
            try {
              Simulation.Report report = Simulation.run(seed);
              messages.addAndGet(report.sent());
              report.counters().forEach((what, times) -> counters.merge(what, times, Long::sum));
            } catch (Violation violation) {
              failures.add(violation.getMessage());
            } catch (RuntimeException | AssertionError e) {
              failures.add("seed " + seed + ": " + e);
            }
          }
        };
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      others.add(Thread.ofPlatform().start(worker));
    }
    worker.run();
    others.forEach(Seeds::join);
    return new Seeds(messages.get(), List.copyOf(failures), Map.copyOf(counters));
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while seeds run", e);
    }
  }
}
