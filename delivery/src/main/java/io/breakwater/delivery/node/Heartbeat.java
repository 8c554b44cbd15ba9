package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.storage.IncarnationStore;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Beats in storage, so that others know that this node lives and reaches it, and hears the beats of
 * all. Confined to the node's thread.
 */
final class Heartbeat {
  private static final long BEAT_MS = 1_000;

  private final IncarnationStore store;
  private final IncarnationId self;
  private final Executor thread;
  private final BiConsumer<String, Throwable> onFailure;
  private final Consumer<Map<IncarnationId, Long>> onHeard;

  private long number;
  private long beatAt = Long.MIN_VALUE / 2;
  private boolean listening;

  /**
   * @param thread the node's
   * @param onFailure told of each request to storage that failed
   * @param onHeard told of all beats, as they were read
   */
  Heartbeat(
      IncarnationStore store,
      IncarnationId self,
      Executor thread,
      BiConsumer<String, Throwable> onFailure,
      Consumer<Map<IncarnationId, Long>> onHeard) {
    this.store = store;
    this.self = self;
    this.thread = thread;
    this.onFailure = onFailure;
    this.onHeard = onHeard;
  }

  /**
   * Called again and again. Does not wait: a beat that fails is not repeated, the next one comes.
   *
   * @param beats whether others shall know that this node lives
   */
  void tick(long nowMs, boolean beats) {
    if (beats && nowMs - beatAt >= BEAT_MS) {
      beatAt = nowMs;
      number++;
      NodeThread.after(
          thread, store.beat(self, number), _ -> {}, failure -> onFailure.accept("beat", failure));
    }
    if (!listening) {
      listening = true;
      NodeThread.after(
          thread,
          store.beats(),
          latest -> {
            listening = false;
            onHeard.accept(latest);
          },
          failure -> {
            listening = false;
            onFailure.accept("beats", failure);
          });
    }
  }
}
