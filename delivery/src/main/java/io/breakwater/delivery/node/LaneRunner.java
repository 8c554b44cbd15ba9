package io.breakwater.delivery.node;

import io.breakwater.delivery.credit.Tally;
import io.breakwater.delivery.lane.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Waking a thread costs more than most inputs do. While a block is being written, a message can only join the next
 * one; so the thread then sleeps on until the block's answer comes, or anything else that cannot wait.
 */
/**
 * The thread of a lane. Inputs are handed over from any thread and run in that order, in batches.
 * What is in the queue is bounded by its sources: a trunk is read further only when its batches are
 * done, and storage answers are as many as requests, which the lane bounds.
 */
final class LaneRunner {
  private static final Logger log = LoggerFactory.getLogger(LaneRunner.class);
  private static final long TICK_MS = 100;
  private static final int BATCH = 512;

  /** What can wait does not wait for longer, nanoseconds. */
  private static final long PATIENCE_NS = 2_000_000;

  /** Nor do more of those than this: a trunk alone has as many under way, and then stands still. */
  private static final int PATIENT = 16;

  /** The thread runs, or is about to look at the queue. */
  private static final int AWAKE = 0;

  /** It sleeps, until anything comes. */
  private static final int ASLEEP = 1;

  /** It sleeps, until something comes that cannot wait. */
  private static final int PATIENTLY_ASLEEP = 2;

  private final Clocks clocks;
  private final Consumer<Throwable> onBroken;
  private final Queue<Consumer<Lane>> inputs = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicInteger sleep = new AtomicInteger(AWAKE);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread;

  /** Owned by the thread. */
  private final Lane lane;

  private final StorageEffects effects;

  private final Tally tally;
  private volatile boolean running = true;

  /** When the thread last began a batch, {@link Clocks#monoMs}. */
  private volatile long aliveAtMs;

  /**
   * @param tally where the thread counts
   * @param onBroken told of a bug in the lane: its state cannot be trusted, so the process must end
   */
  LaneRunner(
      int number,
      Clocks clocks,
      Tally tally,
      Function<LaneRunner, StorageEffects> effects,
      Function<StorageEffects, Lane> lane,
      Consumer<Throwable> onBroken) {
    this.clocks = clocks;
    this.tally = tally;
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
    queued.incrementAndGet();
    inputs.add(input);
    if (sleep.get() != AWAKE) {
      wake();
    }
  }

  /** The same for what can wait until the block under way is written, 2 ms at most. */
  void submitPatiently(Consumer<Lane> input) {
    int waiting = queued.incrementAndGet();
    inputs.add(input);
    int now = sleep.get();
    if (now == ASLEEP || (now == PATIENTLY_ASLEEP && waiting >= PATIENT)) {
      wake();
    }
  }

  private void wake() {
    if (sleep.getAndSet(AWAKE) != AWAKE) {
      LockSupport.unpark(thread);
    }
  }

  int queued() {
    return queued.get();
  }

  /** Whether the thread gets to run. */
  boolean isAlive() {
    return thread.isAlive() && clocks.monoMs() - aliveAtMs < 10_000;
  }

  private void run() {
    try {
      List<Consumer<Lane>> batch = new ArrayList<>(BATCH);
      long tickAtMs = clocks.monoMs() + TICK_MS;
      long awakeSinceNs = System.nanoTime();
      while (running) {
        tally.awake(System.nanoTime() - awakeSinceNs);
        sleepUntil(tickAtMs);
        awakeSinceNs = System.nanoTime();
        take(batch);
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
        tally.sendsUnderWay(lane.sendsUnderWay());
        tally.sendsAwaitingHome(lane.sendsAwaitingHome());
      }
    } catch (RuntimeException | Error e) {
      log.error("a lane is broken; this process cannot go on", e);
      onBroken.accept(e);
    } finally {
      ended.countDown();
    }
  }

  private void take(List<Consumer<Lane>> batch) {
    for (Consumer<Lane> input = inputs.poll(); input != null; input = inputs.poll()) {
      batch.add(input);
      if (batch.size() == BATCH) {
        break;
      }
    }
    queued.addAndGet(-batch.size());
  }

  /** Sleeps while there is nothing to do, not beyond a time. */
  private void sleepUntil(long untilMs) {
    long waitNs = TimeUnit.MILLISECONDS.toNanos(untilMs - clocks.monoMs());
    if (waitNs <= 0) {
      return;
    }
    boolean isPatient = lane.awaitsBlock();
    sleep.set(isPatient ? PATIENTLY_ASLEEP : ASLEEP);
    // What came before that was seen by nobody: whoever comes after it sees that we sleep.
    if (inputs.isEmpty()) {
      LockSupport.parkNanos(this, isPatient ? Math.min(waitNs, PATIENCE_NS) : waitNs);
    }
    sleep.set(AWAKE);
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
