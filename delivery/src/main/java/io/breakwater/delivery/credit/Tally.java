package io.breakwater.delivery.credit;

import io.breakwater.common.priority.Priority;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What was counted by one lane, or at the rim of a node, since it began: totals that only rise, so
 * that whoever reads them needs the difference alone. Written by few threads, which therefore do
 * not contend; read by any.
 */
public final class Tally {
  /** Writes of journal blocks, by how long they took. */
  public static final int BLOCKS = Priority.COUNT;

  /** Waits of calls about accounts for their turn at Cassandra. */
  public static final int ACCOUNT_TURNS = Priority.COUNT + 1;

  /** The same of reads of pages. */
  public static final int PAGE_TURNS = Priority.COUNT + 2;

  /** The same of conditional writes. */
  public static final int CONDITIONAL_TURNS = Priority.COUNT + 3;

  static final int KINDS = Priority.COUNT + 4;

  /** What is turned away is told to come back after some such time: it waits for that, too. */
  private static final long AWAY_LEAST_US = 1_000_000;

  /** Octaves of microseconds in quarters: up to half a minute. */
  static final int BUCKETS = 100;

  private static final int ARRIVED = 0;
  private static final int DONE = 1;
  private static final int MEASURED = 2;
  private static final int SUM_US = 3;
  private static final int AWAY = 4;
  private static final int FIRST_BUCKET = 5;
  private static final int STRIDE = FIRST_BUCKET + BUCKETS;

  private final AtomicLongArray counts = new AtomicLongArray(KINDS * STRIDE);
  private volatile int sendsUnderWay;
  private volatile int sendsAwaitingHome;
  private volatile long awakeNanos;

  /** So many frames of a class have come. */
  public void arrived(int priority, int frames) {
    add(priority, ARRIVED, frames);
  }

  /** A frame of a class that had come is done with; if not, see {@link #sendsUnderWay}. */
  public void done(int priority) {
    add(priority, DONE, 1);
  }

  /** Something of a kind has waited, or taken, so long. */
  public void waited(int kind, long micros) {
    long waited = Math.max(0, micros);
    add(kind, MEASURED, 1);
    add(kind, SUM_US, waited);
    add(kind, FIRST_BUCKET + bucket(waited), 1);
  }

  /** The same of many that were summed up elsewhere: their percentile is not known. */
  public void waited(int kind, long howMany, long micros) {
    add(kind, MEASURED, howMany);
    add(kind, SUM_US, micros);
  }

  /** Something of a kind was not carried out, and has waited so long for nothing. */
  public void turnedAway(int kind, long micros) {
    add(kind, AWAY, 1);
    waited(kind, Math.max(AWAY_LEAST_US, micros));
  }

  /** Messages that a lane has taken and not answered, now. */
  public void sendsUnderWay(int now) {
    sendsUnderWay = now;
  }

  /** Those of them that wait until this node is their home: in no queue. */
  public void sendsAwaitingHome(int now) {
    sendsAwaitingHome = now;
  }

  /** A lane's thread was awake for so much longer: it alone calls this. */
  public void awake(long nanos) {
    long now = awakeNanos + nanos;
    awakeNanos = now;
  }

  /** How long a lane's thread was awake since it began. */
  public long awakeNanos() {
    return awakeNanos;
  }

  private void add(int kind, int field, long more) {
    counts.getAndAdd(kind * STRIDE + field, more);
  }

  long allArrived(int priority) {
    return counts.get(priority * STRIDE + ARRIVED);
  }

  long allDone(int priority) {
    return counts.get(priority * STRIDE + DONE);
  }

  int sendsUnderWay() {
    return sendsUnderWay;
  }

  /** How many of those can be waited for: they are in a queue. */
  int sendsQueued() {
    return sendsUnderWay - sendsAwaitingHome;
  }

  /** How many were turned away. */
  long away(int kind) {
    return counts.get(kind * STRIDE + AWAY);
  }

  /** How many have waited, those who were turned away included. */
  long measured(int kind) {
    return counts.get(kind * STRIDE + MEASURED);
  }

  long sumMicros(int kind) {
    return counts.get(kind * STRIDE + SUM_US);
  }

  long inBucket(int kind, int bucket) {
    return counts.get(kind * STRIDE + FIRST_BUCKET + bucket);
  }

  /** Four to an octave: the first two bits below the highest one. */
  static int bucket(long micros) {
    if (micros < 4) {
      return (int) micros;
    }
    int octave = 63 - Long.numberOfLeadingZeros(micros);
    int quarter = (int) (micros >> (octave - 2)) & 3;
    return Math.min(4 * (octave - 1) + quarter, BUCKETS - 1);
  }

  /** The lowest time that is above all of a bucket, microseconds. */
  static long above(int bucket) {
    if (bucket < 4) {
      return bucket + 1L;
    }
    int octave = bucket / 4 + 1;
    return (4L + bucket % 4 + 1) << (octave - 2);
  }
}
