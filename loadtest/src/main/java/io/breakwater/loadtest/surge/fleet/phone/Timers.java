package io.breakwater.loadtest.surge.fleet.phone;

import java.util.Arrays;

/**
 * All alarms of a loop, the earliest first: a heap in which each alarm knows its place, so that one
 * is moved or taken out without a search. Confined to the loop.
 */
public final class Timers {
  /** No time. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int CHILDREN = 4;
  private static final int NOWHERE = -1;

  /** Whom an alarm wakes. */
  public interface Sleeper {
    /** It is time. The alarm is off, and may be set again. */
    void wake(long now);
  }

  /** Wakes somebody once, each time that it is set. */
  public static final class Alarm {
    private final Sleeper sleeper;
    private long at = NEVER;
    private int place = NOWHERE;

    /** One that is off. */
    public Alarm(Sleeper sleeper) {
      this.sleeper = sleeper;
    }

    /** When it is set for; NEVER if it is off. */
    public long at() {
      return at;
    }
  }

  private Alarm[] heap = new Alarm[64];
  private int size;

  /** When the first alarm is due; NEVER if none is set. */
  public long next() {
    return size == 0 ? NEVER : heap[0].at;
  }

  /** Sets an alarm, or sets it anew; NEVER is off. */
  public void set(Alarm alarm, long at) {
    if (at == NEVER) {
      clear(alarm);
      return;
    }
    if (alarm.place == NOWHERE) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, 2 * size);
      }
      put(alarm, size++);
    }
    alarm.at = at;
    sift(alarm);
  }

  /** Sets an alarm unless it goes earlier: who is woken too early looks what is due. */
  void atLatest(Alarm alarm, long at) {
    if (at < alarm.at) {
      set(alarm, at);
    }
  }

  /** Turns an alarm off. */
  public void clear(Alarm alarm) {
    int place = alarm.place;
    if (place == NOWHERE) {
      return;
    }
    alarm.place = NOWHERE;
    alarm.at = NEVER;
    Alarm last = heap[--size];
    if (place < size) {
      put(last, place);
      sift(last);
    }
  }

  /** Wakes everybody who is due by now. */
  public void run(long now) {
    while (size > 0 && heap[0].at <= now) {
      Alarm first = heap[0];
      clear(first);
      first.sleeper.wake(now);
    }
  }

  private void put(Alarm alarm, int place) {
    heap[place] = alarm;
    alarm.place = place;
  }

  private void sift(Alarm alarm) {
    up(alarm);
    down(alarm);
  }

  private void up(Alarm alarm) {
    while (alarm.place > 0) {
      Alarm parent = heap[(alarm.place - 1) / CHILDREN];
      if (parent.at <= alarm.at) {
        return;
      }
      swap(alarm, parent);
    }
  }

  private void down(Alarm alarm) {
    while (true) {
      Alarm least = alarm;
      int first = alarm.place * CHILDREN + 1;
      for (int child = first; child < Math.min(size, first + CHILDREN); child++) {
        if (heap[child].at < least.at) {
          least = heap[child];
        }
      }
      if (least == alarm) {
        return;
      }
      swap(least, alarm);
    }
  }

  /** Turns two round, of which the first goes up. */
  private void swap(Alarm rising, Alarm falling) {
    int place = falling.place;
    put(falling, rising.place);
    put(rising, place);
  }
}
