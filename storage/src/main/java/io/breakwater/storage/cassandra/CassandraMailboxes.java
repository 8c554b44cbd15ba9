package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.breakwater.common.id.UserId;
import io.breakwater.storage.MailboxStore;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.StorageLayout.Buckets;
import io.breakwater.storage.StorageLayout.Partition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

final class CassandraMailboxes implements MailboxStore {
  /** Most bytes of entries that one bucket adds to a page; exceeded by less than an entry. */
  private static final int BUCKET_BYTES = 1 << 20;

  /** What one bucket holds after the requested position, up to what fits a page. */
  private static final class BucketRead {
    private final UserId user;
    private final long nowMs;
    private final int limit;
    private final StorageLayout layout;
    private final List<MailboxRow> rows = new ArrayList<>();
    private long bytes;
    private long coveredTo;

    BucketRead(UserId user, long afterEntryId, long nowMs, int limit, StorageLayout layout) {
      this.user = user;
      this.nowMs = nowMs;
      this.limit = limit;
      this.layout = layout;
      coveredTo = afterEntryId;
    }

    /** Takes a row; whether it wants more. */
    boolean take(Row row) {
      long timeMs = TimeUnit.MICROSECONDS.toMillis(row.getLong("written"));
      coveredTo = row.getLong("entry_id");
      if (!layout.isExpiredEntry(timeMs, nowMs)) {
        ByteBuffer entry = Blobs.bytes(row, "entry");
        rows.add(new MailboxRow(user, coveredTo, timeMs, entry));
        bytes += entry.remaining();
      }
      return rows.size() < limit && bytes < BUCKET_BYTES;
    }

    BucketRead ended(boolean all) {
      if (all) {
        coveredTo = Long.MAX_VALUE;
      }
      return this;
    }
  }

  private final Requests requests;
  private final StorageLayout layout;
  private final PreparedStatement insert;
  private final PreparedStatement read;

  CassandraMailboxes(Requests requests, Statements statements, StorageLayout layout) {
    this.requests = requests;
    this.layout = layout;
    insert =
        statements.write(
            "INSERT INTO mailbox (shard, bucket, user_id, entry_id, entry) VALUES (?, ?, ?, ?, ?)"
                + " USING TTL ? AND TIMESTAMP ?");
    read =
        statements.read(
            "SELECT entry_id, entry, WRITETIME(entry) AS written FROM mailbox"
                + " WHERE shard = ? AND bucket = ? AND user_id = ? AND entry_id > ?");
  }

  @Override
  public CompletionStage<Void> write(List<MailboxRow> rows) {
    Partition partition = layout.mailboxPartitionOf(rows);
    int ttlSeconds = Math.toIntExact(layout.mailboxTtl().toSeconds());
    return requests.call(
        Kind.SETTLE,
        () ->
            Batches.write(
                requests,
                rows,
                row -> row.entry().remaining(),
                row ->
                    List.of(
                        insert.bind(
                            partition.shard(),
                            partition.bucket(),
                            ByteBuffer.wrap(row.user().bytes()),
                            row.entryId(),
                            row.entry(),
                            ttlSeconds,
                            TimeUnit.MILLISECONDS.toMicros(row.timeMs())))));
  }

  @Override
  public CompletionStage<Page> read(
      UserId user, long afterEntryId, long sinceMs, long nowMs, int limit) {
    Buckets buckets = layout.mailboxBuckets(sinceMs, nowMs);
    return requests.call(
        Kind.PAGE,
        () -> {
          List<CompletableFuture<BucketRead>> reads =
              IntStream.rangeClosed(buckets.first(), buckets.last())
                  .mapToObj(
                      bucket ->
                          read(bucket, new BucketRead(user, afterEntryId, nowMs, limit, layout)))
                  .toList();
          return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
              .thenApply(all -> merge(reads.stream().map(CompletableFuture::join).toList(), limit));
        });
  }

  private CompletableFuture<BucketRead> read(int bucket, BucketRead into) {
    return requests
        .scan(
            read.bind(
                layout.shardOf(into.user),
                bucket,
                ByteBuffer.wrap(into.user.bytes()),
                into.coveredTo),
            into::take)
        .thenApply(into::ended)
        .toCompletableFuture();
  }

  /**
   * A bucket that was not read to its end says nothing about what comes after its last row: the
   * page ends at the lowest of these. Late rows make entry ids of neighbouring buckets overlap.
   */
  private static Page merge(List<BucketRead> oldestFirst, int limit) {
    long coveredTo =
        oldestFirst.stream().mapToLong(bucket -> bucket.coveredTo).min().orElse(Long.MAX_VALUE);
    TreeMap<Long, MailboxRow> byEntry = new TreeMap<>();
    oldestFirst.forEach(bucket -> bucket.rows.forEach(row -> byEntry.put(row.entryId(), row)));
    List<MailboxRow> covered = List.copyOf(byEntry.headMap(coveredTo, true).values());
    return covered.size() <= limit
        ? new Page(covered, coveredTo)
        : new Page(covered.subList(0, limit), covered.get(limit - 1).entryId());
  }
}
