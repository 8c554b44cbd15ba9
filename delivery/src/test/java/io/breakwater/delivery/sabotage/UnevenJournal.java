package io.breakwater.delivery.sabotage;

import io.breakwater.storage.JournalStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Is slow with every fourth block, less than after which a lane takes nothing more. */
record UnevenJournal(JournalStore real) implements JournalStore {
  private static final int SLOW_ONE_IN = 4;
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(1_800, TimeUnit.MILLISECONDS);

  @Override
  public CompletionStage<Void> append(LaneKey lane, long seq, long timestampUs, ByteBuffer block) {
    if (seq % SLOW_ONE_IN != 0) {
      return real.append(lane, seq, timestampUs, block);
    }
    return CompletableFuture.supplyAsync(() -> real.append(lane, seq, timestampUs, block), LATER)
        .thenCompose(Function.identity());
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
