package io.breakwater.storage.testing;

import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.storage.HistoryStore;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.StorageLayout.Buckets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

final class InMemoryHistory implements HistoryStore {
  private record Outbox(ConversationId conversation, UserId sender, DeviceId device) {}

  private record Accepted(int bucket, MessageId message) {}

  private final StorageLayout layout;
  private final Map<ConversationId, NavigableMap<MessageId, HistoryRow>> messages = new HashMap<>();
  private final Map<Outbox, NavigableMap<Long, NavigableMap<MessageId, Accepted>>> origins =
      new HashMap<>();

  InMemoryHistory(StorageLayout layout) {
    this.layout = layout;
  }

  @Override
  public CompletionStage<Void> write(List<HistoryRow> rows) {
    int bucket = layout.historyPartitionOf(rows).bucket();
    for (HistoryRow row : rows) {
      Origin origin = row.origin();
      origins
          .computeIfAbsent(
              new Outbox(origin.conversation(), origin.sender(), origin.device()),
              absent -> new TreeMap<>())
          .computeIfAbsent(origin.clientId(), absent -> new TreeMap<>())
          .put(row.message(), new Accepted(bucket, row.message()));
      if (row.body().hasRemaining()) {
        messages
            .computeIfAbsent(origin.conversation(), absent -> new TreeMap<>())
            .put(
                row.message(),
                new HistoryRow(row.message(), origin, row.timeMs(), Blobs.copy(row.body())));
      }
    }
    return CompletableFuture.completedStage(null);
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
    NavigableMap<Long, MessageId> accepted = new TreeMap<>();
    origins
        .getOrDefault(new Outbox(conversation, sender, device), new TreeMap<>())
        .tailMap(fromClientId, true)
        .forEach(
            (clientId, ids) ->
                ids.values().stream()
                    .filter(row -> buckets.contains(row.bucket()))
                    .findFirst()
                    .filter(row -> accepted.size() < limit)
                    .ifPresent(row -> accepted.put(clientId, row.message())));
    return CompletableFuture.completedStage(accepted);
  }

  @Override
  public CompletionStage<List<HistoryRow>> newest(
      ConversationId conversation, long timeMs, int limit) {
    int newest = layout.historyPartition(conversation, timeMs).bucket();
    return CompletableFuture.completedStage(
        messages.getOrDefault(conversation, new TreeMap<>()).descendingMap().values().stream()
            .filter(row -> layout.historyPartition(conversation, row.timeMs()).bucket() <= newest)
            .limit(limit)
            .map(
                row ->
                    new HistoryRow(
                        row.message(), row.origin(), row.timeMs(), row.body().duplicate()))
            .toList());
  }

  int originRows() {
    return origins.values().stream()
        .flatMap(outbox -> outbox.values().stream())
        .mapToInt(Map::size)
        .sum();
  }
}
