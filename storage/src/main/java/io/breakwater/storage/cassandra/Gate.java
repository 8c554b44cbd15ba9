package io.breakwater.storage.cassandra;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets so many through at once, and so many wait, in order of arrival. Any thread; never waits.
 *
 * <p>Nobody is forgotten: who arrives joins the queue and then looks for a free place; who leaves
 * frees a place and then looks at the queue. Whichever of the two is later sees the other.
 */
final class Gate {
  private final int limit;
  private final int queueLimit;
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();

  /** Requests to admit: one thread at a time does, and does it again if others asked meanwhile. */
  private final AtomicInteger admitting = new AtomicInteger();

  Gate(int limit, int queueLimit) {
    this.limit = limit;
    this.queueLimit = queueLimit;
  }

  /**
   * Runs {@code entrant}, now or when its turn comes, on this thread or on that of somebody who
   * leaves. Once it runs, it is inside until {@link #leave}.
   *
   * @return false if too many wait: it will not run
   */
  boolean enter(Runnable entrant) {
    if (queue.isEmpty() && takePlace()) {
      entrant.run();
      return true;
    }
    if (waiting.incrementAndGet() > queueLimit) {
      waiting.decrementAndGet();
      return false;
    }
    queue.add(entrant);
    admit();
    return true;
  }

  /** To be called once by everyone who was inside. */
  void leave() {
    inside.decrementAndGet();
    if (!queue.isEmpty()) {
      admit();
    }
  }

  private void admit() {
    if (admitting.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    while (seen != 0) {
      while (!queue.isEmpty() && takePlace()) {
        // Only this thread takes from the queue, so that it is still not empty.
        Runnable next = queue.remove();
        waiting.decrementAndGet();
        next.run();
      }
      seen = admitting.addAndGet(-seen);
    }
  }

  private boolean takePlace() {
    int now = inside.get();
    while (now < limit) {
      if (inside.compareAndSet(now, now + 1)) {
        return true;
      }
      now = inside.get();
    }
    return false;
  }

  /** How many are inside. */
  int inside() {
    return inside.get();
  }

  /** How many wait. */
  int waiting() {
    return waiting.get();
  }
}
