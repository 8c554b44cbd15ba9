package io.breakwater.storage.testing;

import io.breakwater.common.id.UserId;
import io.breakwater.storage.MailboxStore;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.StorageLayout.Buckets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

final class InMemoryMailboxes implements MailboxStore {
  private final StorageLayout layout;
  private final Map<UserId, NavigableMap<Long, MailboxRow>> mailboxes = new HashMap<>();

  InMemoryMailboxes(StorageLayout layout) {
    this.layout = layout;
  }

  @Override
  public CompletionStage<Void> write(List<MailboxRow> rows) {
    layout.mailboxPartitionOf(rows);
    for (MailboxRow row : rows) {
      MailboxRow kept =
          new MailboxRow(row.user(), row.entryId(), row.timeMs(), Blobs.copy(row.entry()));
      mailboxes
          .computeIfAbsent(row.user(), absent -> new TreeMap<>())
          .merge(row.entryId(), kept, (old, next) -> next.timeMs() >= old.timeMs() ? next : old);
    }
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Page> read(
      UserId user, long afterEntryId, long sinceMs, long nowMs, int limit) {
    Buckets buckets = layout.mailboxBuckets(sinceMs, nowMs);
    List<MailboxRow> rows =
        mailboxes.getOrDefault(user, new TreeMap<>()).tailMap(afterEntryId, false).values().stream()
            .filter(row -> buckets.contains(layout.mailboxPartition(user, row.timeMs()).bucket()))
            .filter(row -> !layout.isExpiredEntry(row.timeMs(), nowMs))
            .limit(limit + 1L)
            .map(row -> new MailboxRow(user, row.entryId(), row.timeMs(), row.entry().duplicate()))
            .toList();
    return CompletableFuture.completedStage(
        rows.size() <= limit
            ? new Page(rows, Long.MAX_VALUE)
            : new Page(rows.subList(0, limit), rows.get(limit - 1).entryId()));
  }

  int rows() {
    return mailboxes.values().stream().mapToInt(Map::size).sum();
  }
}
