package io.breakwater.delivery.recovery;

import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.journal.Record;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/** What the dead left, sorted for the lanes that take it over. */
public final class Estate {
  private record Keyed(long entryId, Record record) {}

  private Estate() {}

  /**
   * Divides records among lanes, each part in entry order; an entry that was journaled twice comes
   * once.
   *
   * @param laneOf the lane of a user
   * @throws IllegalArgumentException if a record is no entry
   */
  public static Map<Integer, List<Record>> divide(
      List<Record> records, ToIntFunction<UserId> laneOf) {
    Map<Integer, List<Keyed>> parts = new TreeMap<>();
    for (Record record : records) {
      int lane = laneOf.applyAsInt(UserId.of(record.getUser().asReadOnlyByteBuffer()));
      parts.computeIfAbsent(lane, _ -> new ArrayList<>()).add(new Keyed(entryId(record), record));
    }
    Map<Integer, List<Record>> sorted = new TreeMap<>();
    parts.forEach((lane, part) -> sorted.put(lane, inEntryOrder(part)));
    return sorted;
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

  private static long entryId(Record record) {
    try {
      return Entry.parseFrom(record.getEntry()).getEntryId();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a journal record that is no entry", e);
    }
  }
}
