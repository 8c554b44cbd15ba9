package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.storage.HistoryStore;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.StorageLayout.Buckets;
import io.breakwater.storage.StorageLayout.Partition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Messages and origins: two tables with one partition key, so that a batch over both is one
 * mutation.
 */
final class CassandraHistory implements HistoryStore {
  /** Most buckets that are read at once on the way back through a quiet conversation. */
  private static final int MAX_WAVE = 8;

  private static final int ORIGIN_SENDER_BYTES = 16;
  private static final int ORIGIN_BYTES = ORIGIN_SENDER_BYTES + Integer.BYTES + Long.BYTES;

  private final Requests requests;
  private final StorageLayout layout;
  private final Duration retention;
  private final PreparedStatement insertMessage;
  private final PreparedStatement insertOrigin;
  private final PreparedStatement origins;
  private final PreparedStatement newest;

  CassandraHistory(
      Requests requests, Statements statements, StorageLayout layout, Duration retention) {
    this.requests = requests;
    this.layout = layout;
    this.retention = retention;
    insertMessage =
        statements.write(
            "INSERT INTO messages"
                + " (shard, bucket, conversation, message_id, origin, body)"
                + " VALUES (?, ?, ?, ?, ?, ?) USING TTL ? AND TIMESTAMP ?");
    insertOrigin =
        statements.write(
            "INSERT INTO origins"
                + " (shard, bucket, conversation, sender, device, client_id, message_id)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?) USING TTL ? AND TIMESTAMP ?");
    origins =
        statements.read(
            "SELECT client_id, message_id FROM origins WHERE shard = ? AND bucket = ?"
                + " AND conversation = ? AND sender = ? AND device = ? AND client_id >= ?");
    newest =
        statements.read(
            "SELECT message_id, origin, body, WRITETIME(body) AS written"
                + " FROM messages WHERE shard = ? AND bucket = ? AND conversation = ?");
  }

  @Override
  public CompletionStage<Void> write(List<HistoryRow> rows) {
    Partition partition = layout.historyPartitionOf(rows);
    return requests.call(
        Kind.SETTLE,
        () ->
            Batches.write(
                requests, rows, row -> row.body().remaining(), row -> inserts(partition, row)));
  }

  private List<BoundStatement> inserts(Partition partition, HistoryRow row) {
    BoundStatement origin = insertOrigin(partition, row);
    return row.body().hasRemaining()
        ? List.of(insertMessage(partition, row), origin)
        : List.of(origin);
  }

  private BoundStatement insertMessage(Partition partition, HistoryRow row) {
    Origin origin = row.origin();
    return insertMessage.bind(
        partition.shard(),
        partition.bucket(),
        blob(origin.conversation()),
        ByteBuffer.wrap(row.message().bytes()),
        packed(origin),
        row.body(),
        Math.toIntExact(retention.toSeconds()),
        TimeUnit.MILLISECONDS.toMicros(row.timeMs()));
  }

  private BoundStatement insertOrigin(Partition partition, HistoryRow row) {
    Origin origin = row.origin();
    return insertOrigin.bind(
        partition.shard(),
        partition.bucket(),
        blob(origin.conversation()),
        ByteBuffer.wrap(origin.sender().bytes()),
        origin.device().value(),
        origin.clientId(),
        ByteBuffer.wrap(row.message().bytes()),
        Math.toIntExact(layout.originTtl().toSeconds()),
        TimeUnit.MILLISECONDS.toMicros(row.timeMs()));
  }

  private static ByteBuffer blob(ConversationId conversation) {
    return ByteBuffer.wrap(conversation.bytes());
  }

  @Override
  public CompletionStage<NavigableMap<Long, MessageId>> acceptedOrigins(
      ConversationId conversation,
      UserId sender,
      DeviceId device,
      long fromClientId,
      long sinceMs,
      long nowMs,
      int limit) {
    Buckets buckets = layout.originBuckets(sinceMs, nowMs);
    int shard = layout.shardOf(conversation);
    return requests.call(
        Kind.READ,
        () ->
            join(IntStream.rangeClosed(buckets.first(), buckets.last())
                    .mapToObj(
                        bucket ->
                            origins(
                                origins.bind(
                                    shard,
                                    bucket,
                                    blob(conversation),
                                    ByteBuffer.wrap(sender.bytes()),
                                    device.value(),
                                    fromClientId),
                                limit))
                    .toList())
                .thenApply(found -> merge(found, limit)));
  }

  /** The lowest client ids of one bucket. */
  private CompletionStage<NavigableMap<Long, MessageId>> origins(BoundStatement query, int limit) {
    NavigableMap<Long, MessageId> accepted = new TreeMap<>();
    return requests
        .scan(
            query,
            row -> {
              // Rows of one client id come in order of their message ids: the first is the lowest.
              accepted.putIfAbsent(
                  row.getLong("client_id"), Blobs.id(row, "message_id", MessageId::of));
              return accepted.size() <= limit;
            })
        .thenApply(all -> accepted);
  }

  private static NavigableMap<Long, MessageId> merge(
      List<NavigableMap<Long, MessageId>> buckets, int limit) {
    NavigableMap<Long, MessageId> merged = new TreeMap<>();
    buckets.forEach(
        bucket ->
            bucket.forEach(
                (clientId, message) ->
                    merged.merge(clientId, message, (a, b) -> a.isAfter(b) ? b : a)));
    while (merged.size() > limit) {
      merged.pollLastEntry();
    }
    return merged;
  }

  private static <T> CompletionStage<List<T>> join(List<? extends CompletionStage<T>> stages) {
    List<CompletableFuture<T>> futures =
        stages.stream().map(CompletionStage::toCompletableFuture).toList();
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(all -> futures.stream().map(CompletableFuture::join).toList());
  }

  @Override
  public CompletionStage<List<HistoryRow>> newest(
      ConversationId conversation, long timeMs, int limit) {
    int first = layout.historyPartition(conversation, timeMs).bucket();
    int last = layout.historyPartition(conversation, timeMs - retention.toMillis()).bucket();
    return requests.call(
        Kind.PAGE,
        () ->
            backwards(new Backwards(conversation, first, last, limit, new ArrayList<>()), 1)
                .thenApply(
                    rows ->
                        rows.stream()
                            .sorted(Comparator.comparing(HistoryRow::message).reversed())
                            .limit(limit)
                            .toList()));
  }

  /** Where a reader of a conversation's past has got to. */
  private record Backwards(
      ConversationId conversation, int bucket, int oldest, int limit, List<HistoryRow> found) {}

  /** Reads buckets, more at once each time, until there are enough rows or no more buckets. */
  private CompletionStage<List<HistoryRow>> backwards(Backwards at, int wave) {
    if (at.found().size() >= at.limit() || at.bucket() < at.oldest()) {
      return CompletableFuture.completedStage(at.found());
    }
    int next = Math.max(at.bucket() - wave, at.oldest() - 1);
    return join(IntStream.range(next + 1, at.bucket() + 1)
            .mapToObj(bucket -> newest(at.conversation(), bucket, at.limit()))
            .toList())
        .thenCompose(
            buckets -> {
              buckets.forEach(at.found()::addAll);
              return backwards(
                  new Backwards(at.conversation(), next, at.oldest(), at.limit(), at.found()),
                  Math.min(2 * wave, MAX_WAVE));
            });
  }

  private CompletionStage<List<HistoryRow>> newest(
      ConversationId conversation, int bucket, int limit) {
    List<HistoryRow> rows = new ArrayList<>();
    return requests
        .scan(
            newest.bind(layout.shardOf(conversation), bucket, blob(conversation)),
            row -> {
              rows.add(message(conversation, row));
              return rows.size() < limit;
            })
        .thenApply(all -> rows);
  }

  private static HistoryRow message(ConversationId conversation, Row row) {
    return new HistoryRow(
        Blobs.id(row, "message_id", MessageId::of),
        Blobs.id(row, "origin", bytes -> unpacked(bytes, conversation)),
        TimeUnit.MICROSECONDS.toMillis(row.getLong("written")),
        Blobs.bytes(row, "body"));
  }

  private static ByteBuffer packed(Origin origin) {
    return ByteBuffer.allocate(ORIGIN_BYTES)
        .put(origin.sender().bytes())
        .putInt(origin.device().value())
        .putLong(origin.clientId())
        .flip();
  }

  private static Origin unpacked(ByteBuffer bytes, ConversationId conversation) {
    if (bytes.remaining() != ORIGIN_BYTES) {
      throw new IllegalArgumentException(
          "origin: " + bytes.remaining() + " bytes (expected: " + ORIGIN_BYTES + ')');
    }
    ByteBuffer rest = bytes.duplicate();
    UserId sender = UserId.of(rest.slice(rest.position(), ORIGIN_SENDER_BYTES));
    rest.position(rest.position() + ORIGIN_SENDER_BYTES);
    return new Origin(sender, new DeviceId(rest.getInt()), conversation, rest.getLong());
  }
}
