package io.breakwater.storage;

import io.breakwater.common.id.IncarnationId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The write-ahead log of each lane: rows of many entries, grouped into slices that are dropped
 * whole.
 */
public interface JournalStore {
  /** Blocks per slice. */
  int SLICE_BLOCKS = 1024;

  /** A lane of an incarnation. */
  record LaneKey(IncarnationId incarnation, int lane) {}

  /** A block as it was read. */
  record StoredBlock(long seq, ByteBuffer block) {}

  /**
   * Writes one block, durable at the configured consistency when the stage completes. Idempotent: a
   * block of unknown outcome is written again with the same arguments.
   *
   * @param seq from 0, without gaps
   * @param timestampUs write timestamp, microseconds since 1970: the same in every attempt
   */
  CompletionStage<Void> append(LaneKey lane, long seq, long timestampUs, ByteBuffer block);

  /**
   * Reads the blocks of one slice ({@code seq / SLICE_BLOCKS}) in order, from {@code fromSeq} on.
   */
  CompletionStage<List<StoredBlock>> read(LaneKey lane, long slice, long fromSeq);

  /**
   * Deletes a slice whose blocks are all settled, for good: a block that is written again, or
   * arrives late, stays deleted.
   */
  CompletionStage<Void> dropSlice(LaneKey lane, long slice);
}
