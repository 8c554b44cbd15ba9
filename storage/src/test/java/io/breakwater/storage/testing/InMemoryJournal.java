package io.breakwater.storage.testing;

import io.breakwater.storage.JournalStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

final class InMemoryJournal implements JournalStore {
  private record Slice(LaneKey lane, long number) {}

  private record Cell(long timestampUs, ByteBuffer block) {}

  private final Map<Slice, NavigableMap<Long, Cell>> slices = new HashMap<>();

  /** A slice is dropped for good: a block that is written again afterwards stays deleted. */
  private final Set<Slice> dropped = new HashSet<>();

  @Override
  public CompletionStage<Void> append(LaneKey lane, long seq, long timestampUs, ByteBuffer block) {
    Slice slice = new Slice(lane, seq / SLICE_BLOCKS);
    if (!dropped.contains(slice)) {
      Cell cell = new Cell(timestampUs, Blobs.copy(block));
      slices
          .computeIfAbsent(slice, absent -> new TreeMap<>())
          .merge(seq, cell, (old, next) -> next.timestampUs() >= old.timestampUs() ? next : old);
    }
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<List<StoredBlock>> read(LaneKey lane, long slice, long fromSeq) {
    List<StoredBlock> blocks = new ArrayList<>();
    NavigableMap<Long, Cell> cells = slices.get(new Slice(lane, slice));
    if (cells != null) {
      cells
          .tailMap(fromSeq, true)
          .forEach((seq, cell) -> blocks.add(new StoredBlock(seq, cell.block().duplicate())));
    }
    return CompletableFuture.completedStage(List.copyOf(blocks));
  }

  @Override
  public CompletionStage<Void> dropSlice(LaneKey lane, long slice) {
    Slice key = new Slice(lane, slice);
    slices.remove(key);
    dropped.add(key);
    return CompletableFuture.completedStage(null);
  }

  int blocks() {
    return slices.values().stream().mapToInt(Map::size).sum();
  }
}
