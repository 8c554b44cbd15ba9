package io.breakwater.gateway.accept;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/** Counts arrivals from their accept to their end. Any thread; nothing here waits. */
public final class Arrivals {
  private static final int SLOT_MS = 250;

  /** Half a minute: an arrival that takes longer counts as a young one for a second again. */
  private static final int SLOTS = 128;

  /** Who is answered soon is so within a second. */
  private static final int YOUNG_SLOTS = 1_000 / SLOT_MS;

  private static final int NO_SLOT = -1;

  private final AtomicLong underWay = new AtomicLong();

  /** Those of them that have not said what they want. */
  private final AtomicLong unheard = new AtomicLong();

  private final AtomicLong served = new AtomicLong();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong crowdedOut = new AtomicLong();
  private final AtomicLong gone = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();

  /** Those that were asked to make room, and have not done so yet. */
  private final AtomicLong asked = new AtomicLong();

  /** By event loop, since it was asked for. */
  private final ConcurrentMap<Object, AtomicLong> workedNanos = new ConcurrentHashMap<>();

  /** Those that have not said what they want, by when they began. */
  private final AtomicIntegerArray bySlot = new AtomicIntegerArray(SLOTS);

  /** How an arrival ended. */
  public enum End {
    /** It was answered: a session, a place in line, or a reason why not. */
    SERVED,
    /** Its client has a session, but for its home, which cannot be reached now. */
    WAITING,
    /** Its client had not said what it wants, and made room for others. */
    CROWDED_OUT,
    /** Its client had closed it before anything was done for it. */
    GONE,
    /** It was closed, by whomever, before it was answered. */
    DROPPED
  }

  /**
   * A connection was accepted.
   *
   * @return to be said at its end
   */
  public int begin(long nowMs) {
    int slot = slotOf(nowMs);
    underWay.incrementAndGet();
    unheard.incrementAndGet();
    bySlot.incrementAndGet(slot);
    return slot;
  }

  /** To be said once of each that began. */
  public void end(int slot, End how) {
    counterOf(how).incrementAndGet();
    leave(slot);
    underWay.decrementAndGet();
  }

  /**
   * One has said what it wants: it makes hardly any more work for an event loop.
   *
   * @return to be said at its end instead
   */
  public int heard(int slot) {
    leave(slot);
    return NO_SLOT;
  }

  private void leave(int slot) {
    if (slot != NO_SLOT) {
      bySlot.decrementAndGet(slot);
      unheard.decrementAndGet();
    }
  }

  /** An event loop has worked for one. */
  public void worked(Object loop, long nanos) {
    ofLoop(loop).addAndGet(nanos);
  }

  /**
   * For how long an event loop has worked for those who had not said what they want, since this was
   * asked last.
   */
  public long takeWorkedNanos(Object loop) {
    return ofLoop(loop).getAndSet(0);
  }

  private AtomicLong ofLoop(Object loop) {
    return workedNanos.computeIfAbsent(loop, _ -> new AtomicLong());
  }

  /** One that is under way is to make room. */
  public void ask() {
    asked.incrementAndGet();
  }

  /** It has, or need not any more. */
  public void obeyed() {
    asked.decrementAndGet();
  }

  /** How many are under way now. */
  public int underWay() {
    return (int) underWay.get();
  }

  /** Those of them that have not said what they want. */
  public int unheard() {
    return (int) unheard.get();
  }

  /** Those of the latter that were not asked to make room. */
  int staying() {
    return (int) (unheard.get() - asked.get());
  }

  /** Those that began within the last second and have not said what they want. */
  int young(long nowMs) {
    int young = 0;
    for (int i = 0; i <= YOUNG_SLOTS; i++) {
      young += bySlot.get(slotOf(nowMs - (long) i * SLOT_MS));
    }
    return young;
  }

  /** How many have ended so. */
  public long ended(End how) {
    return counterOf(how).get();
  }

  private static int slotOf(long nowMs) {
    return (int) Math.floorMod(Math.floorDiv(nowMs, SLOT_MS), (long) SLOTS);
  }

  private AtomicLong counterOf(End how) {
    return switch (how) {
      case SERVED -> served;
      case WAITING -> waiting;
      case CROWDED_OUT -> crowdedOut;
      case GONE -> gone;
      case DROPPED -> dropped;
    };
  }
}
