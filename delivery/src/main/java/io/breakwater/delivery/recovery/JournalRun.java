package io.breakwater.delivery.recovery;

import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.proto.journal.Block;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.JournalStore.StoredBlock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The blocks of a lane that recovery takes over.
 *
 * <p>A lane publishes only its completed prefix, so whatever it published is in the contiguous run
 * of blocks from its checkpoint on. A hole is a write that was never answered: what follows it was
 * not published, and goes. Since only so many writes are in flight at once, such a hole is close to
 * the end. A hole further from the end means that a durable block is missing: then everything is
 * taken, and the caller raises an alarm.
 *
 * @param records of the blocks that count, in journal order
 * @param cut blocks that follow a hole and were left out
 * @param damaged whether a block is missing or cannot be read that should be there
 */
public record JournalRun(List<Record> records, int cut, boolean damaged) {
  private static final int VERSION = 1;

  /**
   * Decides.
   *
   * @param checkpoint the lowest block that may hold unsettled entries, as read <em>after</em> the
   *     blocks
   * @param stored blocks in any order
   * @param inFlight the most writes that the lane had under way
   */
  public static JournalRun of(long checkpoint, Collection<StoredBlock> stored, int inFlight) {
    TreeMap<Long, Block> blocks = new TreeMap<>();
    long from = checkpoint;
    boolean damaged = false;
    for (StoredBlock each : stored) {
      try {
        Block block = Block.parseFrom(each.block().duplicate());
        if (block.getVersion() != VERSION) {
          throw new InvalidProtocolBufferException(
              "block version: " + block.getVersion() + " (expected: " + VERSION + ')');
        }
        blocks.put(each.seq(), block);
        if (block.getCheckpoint() > each.seq() || block.getCheckpoint() < 0) {
          // No block says that it is settled itself: believed, it would hide all blocks before it.
          damaged = true;
        } else {
          from = Math.max(from, block.getCheckpoint());
        }
      } catch (InvalidProtocolBufferException e) {
        damaged = true;
      }
    }
    return take(from, blocks.tailMap(from, true), inFlight, damaged);
  }

  private static JournalRun take(
      long from, NavigableMap<Long, Block> blocks, int inFlight, boolean damaged) {
    if (blocks.isEmpty()) {
      return new JournalRun(List.of(), 0, damaged);
    }
    long hole = from;
    while (blocks.containsKey(hole)) {
      hole++;
    }
    long last = blocks.lastKey();
    boolean holeIsOld = last - hole >= inFlight;
    boolean takeAll = damaged || holeIsOld;
    List<Record> records = new ArrayList<>();
    int cut = 0;
    for (var block : blocks.entrySet()) {
      if (takeAll || block.getKey() < hole) {
        records.addAll(block.getValue().getRecordsList());
      } else {
        cut++;
      }
    }
    return new JournalRun(List.copyOf(records), cut, takeAll);
  }
}
