package io.breakwater.storage;

import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.Hashes;
import io.breakwater.common.id.UserId;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.MailboxStore.MailboxRow;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How mailbox and history rows are spread over partitions: many owners share a partition (storage
 * shard, time bucket), so that settling can write batches. Pure arithmetic, equal on every node.
 *
 * @param shards a power of two, fixed when the keyspace is created
 * @param mailboxBucket length of a mailbox bucket (a week, unless a test shortens it)
 * @param historyBucket length of a history bucket
 * @param mailboxTtl how long an entry waits for a device
 * @param originTtl how long a retry is known; at least a day
 */
public record StorageLayout(
    int shards,
    Duration mailboxBucket,
    Duration historyBucket,
    Duration mailboxTtl,
    Duration originTtl) {
  private static final Duration MAX_TTL = Duration.ofDays(3650);
  private static final Duration MAILBOX_MARGIN = Duration.ofDays(1);
  private static final Duration ORIGIN_MARGIN = Duration.ofHours(1);

  /** Checks every value. */
  public StorageLayout {
    if (Integer.bitCount(shards) != 1 || shards > 1 << 20) {
      throw new IllegalArgumentException(
          "storage shards: " + shards + " (expected: a power of two, 1..1048576)");
    }
    if (mailboxBucket.toMinutes() < 1 || historyBucket.toMinutes() < 1) {
      throw new IllegalArgumentException(
          "buckets: " + mailboxBucket + ", " + historyBucket + " (expected: at least PT1M)");
    }
    if (!mailboxTtl.isPositive() || mailboxTtl.compareTo(MAX_TTL) > 0) {
      throw new IllegalArgumentException(
          "mailbox TTL: " + mailboxTtl + " (expected: up to " + MAX_TTL + ')');
    }
    if (originTtl.compareTo(MAX_TTL) > 0) {
      throw new IllegalArgumentException(
          "origin TTL: " + originTtl + " (expected: up to " + MAX_TTL + ')');
    }
    if (originTtl.compareTo(Duration.ofDays(1)) < 0) {
      throw new IllegalArgumentException(
          "origin TTL: " + originTtl + " (expected: at least PT24H)");
    }
  }

  /** What one machine runs with. */
  public static StorageLayout forOneMachine() {
    return new StorageLayout(
        16, Duration.ofDays(7), Duration.ofDays(1), Duration.ofDays(30), Duration.ofDays(14));
  }

  /** A partition of {@code mailbox} or of {@code messages}: batches never span two. */
  public record Partition(int shard, int bucket) {}

  /**
   * The partition that all these rows are of.
   *
   * @throws IllegalArgumentException if there are none, or they are of several
   */
  public Partition mailboxPartitionOf(List<MailboxRow> rows) {
    return single(rows.stream().map(row -> mailboxPartition(row.user(), row.timeMs())));
  }

  /**
   * The partition that all these rows are of.
   *
   * @throws IllegalArgumentException if there are none, or they are of several
   */
  public Partition historyPartitionOf(List<HistoryRow> rows) {
    return single(
        rows.stream().map(row -> historyPartition(row.origin().conversation(), row.timeMs())));
  }

  private static Partition single(Stream<Partition> ofRows) {
    List<Partition> partitions = ofRows.distinct().toList();
    if (partitions.size() != 1) {
      throw new IllegalArgumentException("partitions of a batch: " + partitions + " (expected: 1)");
    }
    return partitions.getFirst();
  }

  /**
   * Buckets of one storage shard that a read has to visit.
   *
   * @param first the oldest
   * @param last the newest, visited too
   */
  public record Buckets(int first, int last) {
    /** Whether a row of this bucket is visited. */
    public boolean contains(int bucket) {
      return first <= bucket && bucket <= last;
    }

    /** How many there are; at least one. */
    public int count() {
      return last - first + 1;
    }
  }

  /** Where an entry of this user that was taken at this time is kept. */
  public Partition mailboxPartition(UserId user, long timeMs) {
    return new Partition(shardOf(user), bucketOf(timeMs, mailboxBucket));
  }

  /** Where a message of this conversation that was taken at this time is kept, with its origin. */
  public Partition historyPartition(ConversationId conversation, long timeMs) {
    return new Partition(shardOf(conversation), bucketOf(timeMs, historyBucket));
  }

  /**
   * Where entries are that were taken at {@code sinceMs} or later and have not expired. A day to
   * either side absorbs the clocks of those who took them.
   *
   * @param sinceMs 0: all that have not expired
   * @param nowMs the reader's clock
   */
  public Buckets mailboxBuckets(long sinceMs, long nowMs) {
    return buckets(sinceMs, nowMs, mailboxTtl, mailboxBucket, MAILBOX_MARGIN);
  }

  /**
   * Where origins are of messages that were taken at {@code sinceMs} or later and have not expired.
   * An hour to either side absorbs the clocks of devices and homes; more would cost most lookups
   * another read.
   *
   * @param nowMs the reader's clock
   */
  public Buckets originBuckets(long sinceMs, long nowMs) {
    return buckets(sinceMs, nowMs, originTtl, historyBucket, ORIGIN_MARGIN);
  }

  private static Buckets buckets(
      long sinceMs, long nowMs, Duration ttl, Duration bucket, Duration margin) {
    long last = nowMs + margin.toMillis();
    long first = Math.max(sinceMs - margin.toMillis(), nowMs - ttl.toMillis());
    return new Buckets(bucketOf(Math.min(first, last), bucket), bucketOf(last, bucket));
  }

  /** Whether an entry that was taken at {@code timeMs} is no longer shown to any device. */
  public boolean isExpiredEntry(long timeMs, long nowMs) {
    return timeMs + mailboxTtl.toMillis() <= nowMs;
  }

  /** The storage shard of a user. */
  public int shardOf(UserId user) {
    return shardOf(user.high(), user.low());
  }

  /** The storage shard of a conversation. */
  public int shardOf(ConversationId conversation) {
    return shardOf(conversation.high(), conversation.low());
  }

  private int shardOf(long high, long low) {
    return (int) Hashes.mix(Hashes.mix(high) ^ low) & (shards - 1);
  }

  /** The bucket of a time. */
  public static int bucketOf(long timeMs, Duration length) {
    return Math.toIntExact(Math.floorDiv(timeMs, length.toMillis()));
  }
}
