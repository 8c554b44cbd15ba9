package io.breakwater.client.core;

import java.util.PriorityQueue;

/** Runs actions in the order of their times; equal times in the order of scheduling. */
final class VirtualTime {
  private final PriorityQueue<Scheduled> queue = new PriorityQueue<>();
  private long nowMs;
  private long sequence;

  private record Scheduled(long atMs, long sequence, Runnable action)
      implements Comparable<Scheduled> {
    @Override
    public int compareTo(Scheduled other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  long nowMs() {
    return nowMs;
  }

  void at(long atMs, Runnable action) {
    queue.add(new Scheduled(Math.max(atMs, nowMs), sequence++, action));
  }

  void after(long delayMs, Runnable action) {
    at(nowMs + delayMs, action);
  }

  /** Runs what is due until then. */
  void runUntil(long untilMs) {
    for (Scheduled next = queue.peek();
        next != null && next.atMs() <= untilMs;
        next = queue.peek()) {
      queue.remove();
      nowMs = next.atMs();
      next.action().run();
    }
    nowMs = untilMs;
  }
}
