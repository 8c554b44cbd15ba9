package io.breakwater.storage;

import io.breakwater.common.id.UserId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Entries that not every device acknowledged soon. Immutable rows that expire. */
public interface MailboxStore {
  /**
   * One entry.
   *
   * @param timeMs when the home took it; decides the bucket, and is the write timestamp
   * @param entry opaque
   */
  record MailboxRow(UserId user, long entryId, long timeMs, ByteBuffer entry) {}

  /**
   * Rows in entry order.
   *
   * @param coveredTo every row after the requested position and up to this entry id is in {@code
   *     rows}; {@link Long#MAX_VALUE} if there are no more
   */
  record Page(List<MailboxRow> rows, long coveredTo) {}

  /**
   * Writes rows of one partition in one batch. Idempotent.
   *
   * @throws IllegalArgumentException if there are none, or they are of several partitions of the
   *     {@link StorageLayout}
   */
  CompletionStage<Void> write(List<MailboxRow> rows);

  /**
   * Reads what comes after an entry, at most {@code limit} rows, fewer also if they are large: only
   * {@code coveredTo} says whether there are more.
   *
   * @param sinceMs only buckets that may hold entries of this time or later are read; 0: all that
   *     have not expired
   * @param nowMs the reader's clock
   */
  CompletionStage<Page> read(UserId user, long afterEntryId, long sinceMs, long nowMs, int limit);
}
