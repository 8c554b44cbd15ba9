package io.breakwater.delivery.node;

import io.breakwater.delivery.lane.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a lane. Inputs are handed over by {@link #submit} from any thread and run in that
 * order, in batches. What is in the queue is bounded by its sources: a trunk is read further only
 * when its batches are done, and storage answers are as many as requests, which the lane bounds.
 */
final class LaneRunner {
  private static final Logger log = LoggerFactory.getLogger(LaneRunner.class);
  private static final long TICK_MS = 100;
  private static final int BATCH = 512;

  private final Clocks clocks;
  private final Consumer<Throwable> onBroken;
  private final BlockingQueue<Consumer<Lane>> inputs = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread;

  /** Owned by the thread. */
  private final Lane lane;

  private final StorageEffects effects;
  private volatile boolean running = true;

  /** When the thread last began a batch, {@link Clocks#monoMs}. */
  private volatile long aliveAtMs;

  /**
   * @param onBroken told of a bug in the lane: its state cannot be trusted, so the process must end
   */
  LaneRunner(
      int number,
      Clocks clocks,
      Function<LaneRunner, StorageEffects> effects,
      Function<StorageEffects, Lane> lane,
      Consumer<Throwable> onBroken) {
    this.clocks = clocks;
    this.onBroken = onBroken;
    this.effects = effects.apply(this);
    this.lane = lane.apply(this.effects);
    this.aliveAtMs = clocks.monoMs();
    thread = Thread.ofPlatform().name("lane-" + number).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Runs an input on the lane's thread, after those before it. */
  void submit(Consumer<Lane> input) {
    inputs.add(input);
  }

  int queued() {
    return inputs.size();
  }

  /** Whether the thread gets to run. */
  boolean isAlive() {
    return thread.isAlive() && clocks.monoMs() - aliveAtMs < 10_000;
  }

  private void run() {
    try {
      List<Consumer<Lane>> batch = new ArrayList<>(BATCH);
      long tickAtMs = clocks.monoMs() + TICK_MS;
      while (running) {
        Consumer<Lane> first = await(tickAtMs);
        if (first != null) {
          batch.add(first);
          inputs.drainTo(batch, BATCH - 1);
        }
        // After the inputs were taken: none of them came later than the lane believes that it is.
        Clocks.Reading now = clocks.read();
        long nowMs = now.monoMs();
        aliveAtMs = nowMs;
        lane.advance(now.wallMs(), nowMs);
        batch.forEach(input -> input.accept(lane));
        batch.clear();
        if (nowMs >= tickAtMs) {
          tickAtMs = nowMs + TICK_MS;
          lane.tick();
        }
        lane.flush();
        effects.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.error("a lane is broken; this process cannot go on", e);
      onBroken.accept(e);
    } finally {
      ended.countDown();
    }
  }

  private @Nullable Consumer<Lane> await(long untilMs) throws InterruptedException {
    long waitMs = untilMs - clocks.monoMs();
    return waitMs <= 0 ? inputs.poll() : inputs.poll(waitMs, TimeUnit.MILLISECONDS);
  }

  /** Ends the thread after the batch at hand, and waits for it. */
  void stop() {
    running = false;
    submit(_ -> {});
    try {
      if (!ended.await(5, TimeUnit.SECONDS)) {
        log.warn("{} did not end within 5 s", thread.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
