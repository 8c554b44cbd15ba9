package io.breakwater.delivery.sabotage;

import io.breakwater.storage.JournalStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Writes, and reads nothing. */
record ForgottenJournal(JournalStore real) implements JournalStore {
  @Override
  public CompletionStage<Void> append(LaneKey lane, long seq, long timestampUs, ByteBuffer block) {
    return real.append(lane, seq, timestampUs, block);
  }

  @Override
  public CompletionStage<List<StoredBlock>> read(LaneKey lane, long slice, long fromSeq) {
    return CompletableFuture.completedStage(List.of());
  }

  @Override
  public CompletionStage<Void> dropSlice(LaneKey lane, long slice) {
    return real.dropSlice(lane, slice);
  }
}
