package io.breakwater.delivery.credit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets so many through at once, a number that changes; the others wait in order of arrival, at most
 * 256 of them, for a second at most. Any thread; never waits.
 *
 * <p>Nobody is forgotten: who arrives joins the queue and then looks for a free place; who leaves
 * frees a place and then looks at the queue. Whichever of the two is later sees the other. Who has
 * waited for too long is told when a place is free, or at the next {@link #look}.
 */
public final class Turns {
  /** Whoever wants in; one of the two is called, once. */
  public interface Entrant {
    /** It is its turn; inside until {@link Turns#leave}. */
    void enter(long nowMs);

    /** It is not let in. */
    void turnAway();
  }

  private record Waiting(Entrant entrant, long sinceMs) {}

  static final int WAITING_MOST = 256;
  static final int WAIT_MS = 1_000;

  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();

  /** Requests to admit: one thread at a time does, and does it again if others asked meanwhile. */
  private final AtomicInteger admitting = new AtomicInteger();

  private volatile int limit;

  /**
   * @param limit how many may be inside at first
   */
  public Turns(int limit) {
    this.limit = limit;
  }

  /** Somebody wants in: now, or when its turn comes. */
  public void arrive(Entrant entrant, long nowMs) {
    if (queue.isEmpty() && takePlace()) {
      entrant.enter(nowMs);
      return;
    }
    if (waiting.incrementAndGet() > WAITING_MOST) {
      waiting.decrementAndGet();
      entrant.turnAway();
      return;
    }
    queue.add(new Waiting(entrant, nowMs));
    look(nowMs);
  }

  /** To be called once by everyone who was inside. */
  public void leave(long nowMs) {
    inside.decrementAndGet();
    look(nowMs);
  }

  /** So many may be inside from now on; who is, stays. */
  public void limit(int now) {
    limit = now;
  }

  /** Lets in who may come in, and turns away who has waited for too long. */
  public void look(long nowMs) {
    if (queue.isEmpty() || admitting.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    while (seen != 0) {
      for (Waiting first = queue.peek(); first != null; first = queue.peek()) {
        boolean isLate = nowMs - first.sinceMs >= WAIT_MS;
        if (!isLate && !takePlace()) {
          break;
        }
        // Only this thread takes from the queue.
        queue.remove();
        waiting.decrementAndGet();
        if (isLate) {
          first.entrant.turnAway();
        } else {
          first.entrant.enter(nowMs);
        }
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

  /** How many may be inside. */
  public int limit() {
    return limit;
  }

  /** How many are inside. */
  public int inside() {
    return inside.get();
  }

  /** How many wait. */
  public int waiting() {
    return waiting.get();
  }
}
