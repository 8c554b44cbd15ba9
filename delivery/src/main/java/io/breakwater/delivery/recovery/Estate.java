package io.breakwater.delivery.recovery;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.journal.Kind;
import io.breakwater.proto.journal.Record;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * What the dead left, sorted for the lanes that take it over.
 *
 * @param parts for each lane its part, in entry order; an entry that was journaled twice comes once
 * @param unreadable records that a lane could not take over: they are damaged
 */
public record Estate(Map<Integer, List<Record>> parts, int unreadable) {
  /** Later than any clock shows: the year 4199. Buckets of any length have a number until then. */
  private static final long LATEST_MS = 1L << 46;

  private static final int ID_BYTES = 16;

  private record Keyed(UserId user, long entryId, Record record) {}

  /**
   * Divides records among lanes.
   *
   * @param laneOf the lane of a user
   */
  public static Estate divide(List<Record> records, ToIntFunction<UserId> laneOf) {
    Map<Integer, List<Keyed>> parts = new TreeMap<>();
    int unreadable = 0;
    for (Record record : records) {
      Optional<Keyed> keyed = read(record);
      if (keyed.isPresent()) {
        int lane = laneOf.applyAsInt(keyed.get().user);
        parts.computeIfAbsent(lane, _ -> new ArrayList<>()).add(keyed.get());
      } else {
        unreadable++;
      }
    }
    Map<Integer, List<Record>> sorted = new TreeMap<>();
    parts.forEach((lane, part) -> sorted.put(lane, inEntryOrder(part)));
    return new Estate(sorted, unreadable);
  }

  private static List<Record> inEntryOrder(List<Keyed> part) {
    part.sort(Comparator.comparingLong(Keyed::entryId));
    List<Record> records = new ArrayList<>(part.size());
    for (Keyed keyed : part) {
      if (records.isEmpty() || !records.getLast().equals(keyed.record)) {
        records.add(keyed.record);
      }
    }
    return records;
  }

  /** Nothing if a lane could not take it over, or would break over it later. */
  private static Optional<Keyed> read(Record record) {
    try {
      UserId user = UserId.of(record.getUser().asReadOnlyByteBuffer());
      Entry entry = Entry.parseFrom(record.getEntry());
      boolean isMessage = record.getKind() == Kind.DIRECT || record.getKind() == Kind.COPY;
      boolean isSound =
          record.getKind() != Kind.UNRECOGNIZED
              && entry.getEntryId() > 0
              && isTime(entry.getTimeMs())
              && (entry.hasMessage() ? isSound(entry.getMessage()) : !isMessage);
      return isSound ? Optional.of(new Keyed(user, entry.getEntryId(), record)) : Optional.empty();
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether a message has what a lane needs of it. */
  private static boolean isSound(Message message) {
    return isId(message.getSender())
        && isId(message.getConversation())
        && isId(message.getMessageId())
        && isTime(MessageId.of(message.getMessageId().asReadOnlyByteBuffer()).timeMs());
  }

  private static boolean isId(ByteString id) {
    return id.size() == ID_BYTES;
  }

  private static boolean isTime(long ms) {
    return ms >= 0 && ms < LATEST_MS;
  }
}
