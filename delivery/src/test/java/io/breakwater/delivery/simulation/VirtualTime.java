package io.breakwater.delivery.simulation;

import io.breakwater.common.id.Hashes;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Events in the order of their time; those of one time in the order in which they were made. */
final class VirtualTime {
  private record Event(long atMs, long sequence, Runnable what) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::sequence));
  private long nowMs;
  private long sequence;
  private long fingerprint;

  long nowMs() {
    return nowMs;
  }

  void at(long atMs, Runnable what) {
    events.add(new Event(Math.max(nowMs, atMs), sequence++, what));
  }

  void in(long delayMs, Runnable what) {
    at(nowMs + delayMs, what);
  }

  /** Of all that happened so far: equal in every run of a seed. */
  long fingerprint() {
    return fingerprint;
  }

  /** Lets everything up to and including this time happen. */
  void runUntil(long untilMs) {
    while (!events.isEmpty() && events.element().atMs <= untilMs) {
      Event next = events.remove();
      nowMs = next.atMs;
      fingerprint = Hashes.mix(fingerprint ^ next.atMs ^ Long.rotateLeft(next.sequence, 32));
      next.what.run();
    }
    nowMs = untilMs;
  }
}
