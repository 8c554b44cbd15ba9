package io.breakwater.gateway.rate;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * A bucket for each of many keys, in a room that never grows. Any thread; nothing waits.
 *
 * <p>A key has its place in one of eight rows. A full bucket says nothing, so its row is free. When
 * none of the eight is, the newcomer takes the row that owes least, <em>with what it owes</em> (the
 * Space-Saving rule of Metwally, Agrawal and El Abbadi, 2005): nobody is let through because the
 * table is crowded, who floods keeps its row, and what an innocent newcomer inherits is the least
 * there is.
 *
 * <p>Each number is changed by compare-and-set. A key and its number are not changed together: a
 * loop that found a row just before another loop took it over charges the new owner, a token or two
 * too much; two loops that make a row for the same key at once leave one behind, which frees itself
 * as it fills.
 */
final class Buckets {
  private static final int WAYS = 8;
  private static final int ROW = 2;
  private static final int TRIES = 3;
  private static final long NOBODY = 0;

  private final Rate rate;
  private final LongAdder crowded;

  /** Of each row: key, state of the bucket. */
  private final AtomicLongArray cells;

  private final int sets;
  private final long seed;

  /**
   * @param rows at least so many; without a limit there are none
   * @param seed nobody outside may know it, or keys could be chosen to meet
   * @param crowded counts rows that were taken over
   */
  Buckets(Rate rate, int rows, long seed, LongAdder crowded) {
    this.rate = rate;
    this.seed = seed;
    this.crowded = crowded;
    sets = Integer.highestOneBit(2 * ((rows + WAYS - 1) / WAYS) - 1);
    cells = new AtomicLongArray(rate.isOff() ? 0 : sets * WAYS * ROW);
    for (int i = 1; i < cells.length(); i += ROW) {
      cells.set(i, Rate.FULL);
    }
  }

  /**
   * Takes tokens, if there are enough.
   *
   * @return 0 if they were taken, else nanoseconds until they will be there
   */
  long take(long key, long tokens, long now) {
    if (rate.isOff()) {
      return 0;
    }
    int bucket = bucketOf(key, now);
    while (true) {
      long fullAt = cells.get(bucket);
      long wait = rate.waitNanos(fullAt, tokens, now);
      if (wait > 0 || cells.compareAndSet(bucket, fullAt, rate.spend(fullAt, tokens, now))) {
        return wait;
      }
    }
  }

  /** 0 if so many tokens are there, else nanoseconds until they will be. */
  long waitNanos(long key, long tokens, long now) {
    return rate.isOff() ? 0 : rate.waitNanos(cells.get(bucketOf(key, now)), tokens, now);
  }

  /**
   * Takes tokens, there or not.
   *
   * @return nanoseconds until the bucket is full
   */
  long charge(long key, long tokens, long now) {
    if (rate.isOff()) {
      return 0;
    }
    int bucket = bucketOf(key, now);
    while (true) {
      long fullAt = cells.get(bucket);
      long charged = rate.spend(fullAt, tokens, now);
      if (cells.compareAndSet(bucket, fullAt, charged)) {
        return Rate.owed(charged, now);
      }
    }
  }

  /** Where the state of this key's bucket is. */
  private int bucketOf(long anyKey, long now) {
    long key = anyKey == NOBODY ? 1 : anyKey;
    int set = (int) (mix(key ^ seed) & (sets - 1)) * WAYS * ROW;
    int least = set;
    for (int tries = 0; tries < TRIES; tries++) {
      least = set;
      long owner = cells.get(set);
      long leastFullAt = Long.MAX_VALUE;
      for (int row = set; row < set + WAYS * ROW; row += ROW) {
        long rowKey = cells.get(row);
        if (rowKey == key) {
          return row + 1;
        }
        long fullAt = cells.get(row + 1);
        if (fullAt < leastFullAt) {
          least = row;
          owner = rowKey;
          leastFullAt = fullAt;
        }
      }
      if (cells.compareAndSet(least, owner, key)) {
        if (leastFullAt > now) {
          crowded.increment();
        }
        return least + 1;
      }
    }
    // Others were quicker each time: the row is shared with the last of them.
    return least + 1;
  }

  /** Spreads all bits over all bits (the finalizer of MurmurHash3). */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
