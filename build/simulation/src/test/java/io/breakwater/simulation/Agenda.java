package io.breakwater.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** What is to happen, millisecond by millisecond. */
final class Agenda {
  private static final int SLOTS = 1 << 14;

  private record Event(double atMs, long number, Runnable what) {}

  private final List<List<Runnable>> near = new ArrayList<>(SLOTS);
  private final PriorityQueue<Event> far =
      new PriorityQueue<>(Comparator.comparingDouble(Event::atMs).thenComparingLong(Event::number));
  private long nowMs;
  private long numbers;

  Agenda() {
    for (int i = 0; i < SLOTS; i++) {
      near.add(new ArrayList<>(0));
    }
  }

  long nowMs() {
    return nowMs;
  }

  /** Something happens then, or in the next millisecond if that is over. */
  void at(double atMs, Runnable what) {
    long slot = Math.max(nowMs + 1, (long) Math.ceil(atMs));
    if (slot - nowMs < SLOTS) {
      near.get((int) (slot % SLOTS)).add(what);
    } else {
      far.add(new Event(atMs, numbers++, what));
    }
  }

  /** A millisecond goes by, and what is due in it happens. */
  void step() {
    nowMs++;
    while (!far.isEmpty() && far.element().atMs <= nowMs) {
      far.remove().what.run();
    }
    List<Runnable> due = near.get((int) (nowMs % SLOTS));
    for (Runnable each : due) {
      each.run();
    }
    due.clear();
  }
}
