package io.breakwater.storage;

import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.CompletionStage;

/**
 * Messages by conversation, and the origins by which a retry is known. Immutable rows that expire.
 */
public interface HistoryStore {
  /**
   * One message. Its origin row is written with it, in the same batch.
   *
   * @param timeMs when the home took it; decides the bucket, and is the write timestamp
   * @param body opaque; empty if history is off, and then only the origin row is written
   */
  record HistoryRow(MessageId message, Origin origin, long timeMs, ByteBuffer body) {}

  /**
   * Writes rows of one partition in one batch. Idempotent.
   *
   * @throws IllegalArgumentException if there are none, or they are of several partitions of the
   *     {@link StorageLayout}
   */
  CompletionStage<Void> write(List<HistoryRow> rows);

  /**
   * The client ids, from {@code fromClientId} on, that a device's messages to a conversation were
   * accepted with, and their message ids. If one has two, the lower.
   *
   * @param sinceMs only buckets of this time or later are read
   * @param limit how many at most; the lowest client ids win
   */
  CompletionStage<NavigableMap<Long, MessageId>> acceptedOrigins(
      ConversationId conversation,
      UserId sender,
      DeviceId device,
      long fromClientId,
      long sinceMs,
      long nowMs,
      int limit);

  /** The newest messages of a conversation at or before a time's bucket, newest first. */
  CompletionStage<List<HistoryRow>> newest(ConversationId conversation, long timeMs, int limit);
}
