package io.breakwater.storage;

import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.Hashes;
import io.breakwater.common.id.UserId;
import java.time.Duration;

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
  /** Checks every value. */
  public StorageLayout {
    if (Integer.bitCount(shards) != 1 || shards > 1 << 20) {
      throw new IllegalArgumentException(
          "storage shards: " + shards + " (expected: a power of two, 1..1048576)");
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

  /** Where an entry of this user that was taken at this time is kept. */
  public Partition mailboxPartition(UserId user, long timeMs) {
    return new Partition(shardOf(user), bucketOf(timeMs, mailboxBucket));
  }

  /** Where a message of this conversation that was taken at this time is kept, with its origin. */
  public Partition historyPartition(ConversationId conversation, long timeMs) {
    return new Partition(shardOf(conversation), bucketOf(timeMs, historyBucket));
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
