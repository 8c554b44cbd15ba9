package io.breakwater.delivery.sabotage;

import io.breakwater.storage.JournalStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Answers an append before it begins it. */
record HastyJournal(JournalStore real) implements JournalStore {
  private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  @Override
  public CompletionStage<Void> append(LaneKey lane, long seq, long timestampUs, ByteBuffer block) {
    LATER.execute(() -> real.append(lane, seq, timestampUs, block));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<List<StoredBlock>> read(LaneKey lane, long slice, long fromSeq) {
    return real.read(lane, slice, fromSeq);
  }

  @Override
  public CompletionStage<Void> dropSlice(LaneKey lane, long slice) {
    return real.dropSlice(lane, slice);
  }
}
