package io.breakwater.delivery.simulation;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The way to storage and back. A request is done once, never, or after its caller has given it up;
 * its answer comes late, out of order, or not at all.
 */
final class StorageNetwork {
  /** What a request is about. */
  enum What {
    BLOCK,
    ROWS,
    DEVICE_ROW,
    OTHER
  }

  private enum Fate {
    DONE,
    REFUSED,
    REQUEST_LOST,
    ANSWER_LOST,
    DONE_TOO_LATE
  }

  private final World world;
  private final VirtualTime time;
  private final Dice dice;
  private final Plan plan;
  private long outageUntilMs;
  private long slowUntilMs;
  private boolean healed;

  StorageNetwork(World world, Dice dice) {
    this.world = world;
    time = world.time;
    this.dice = dice;
    plan = world.plan;
  }

  /** Nothing succeeds for a while. */
  void outage(long forMs) {
    outageUntilMs = time.nowMs() + forMs;
  }

  /** Everything takes long for a while. */
  void slow(long forMs) {
    slowUntilMs = time.nowMs() + forMs;
  }

  /** No more faults. */
  void heal() {
    healed = true;
  }

  /**
   * @param cutUntilMs until when the caller is cut off from storage; nothing arrives meanwhile
   * @param work done when the request arrives
   * @param answered with the result
   * @param failed if the outcome is not known to the caller
   */
  <T> void call(
      What what,
      long cutUntilMs,
      Supplier<CompletionStage<T>> work,
      Consumer<T> answered,
      Runnable failed) {
    long thereMs = delayMs();
    Fate fate = fate(what, time.nowMs() < cutUntilMs);
    count(what, fate);
    switch (fate) {
      case DONE ->
          time.in(
              thereMs,
              () -> {
                T result = perform(work);
                time.in(delayMs(), () -> answered.accept(result));
              });
      case REFUSED -> time.in(thereMs, failed);
      case REQUEST_LOST -> time.in(plan.storageTimeoutMs(), failed);
      case ANSWER_LOST -> {
        time.in(Math.min(thereMs, plan.storageTimeoutMs()), () -> perform(work));
        time.in(plan.storageTimeoutMs(), failed);
      }
      case DONE_TOO_LATE -> {
        time.in(plan.storageTimeoutMs(), failed);
        time.at(
            Math.max(time.nowMs() + plan.storageTimeoutMs() + dice.between(0L, 6_000L), cutUntilMs),
            () -> perform(work));
      }
    }
  }

  private static <T> T perform(Supplier<CompletionStage<T>> work) {
    return work.get().toCompletableFuture().join();
  }

  /** An outcome that the caller does not know: it did happen, did not, or is yet to. */
  private void count(What what, Fate fate) {
    switch (fate) {
      case DONE, REFUSED -> {}
      case REQUEST_LOST ->
          count(what, Sometimes.BLOCK_LOST, Sometimes.ROWS_LOST, Sometimes.DEVICE_ROW_LOST);
      case ANSWER_LOST ->
          count(
              what,
              Sometimes.BLOCK_UNANSWERED,
              Sometimes.ROWS_UNANSWERED,
              Sometimes.DEVICE_ROW_UNANSWERED);
      case DONE_TOO_LATE ->
          count(what, Sometimes.BLOCK_LATE, Sometimes.ROWS_LATE, Sometimes.DEVICE_ROW_LATE);
    }
  }

  private void count(What what, Sometimes block, Sometimes rows, Sometimes deviceRow) {
    switch (what) {
      case BLOCK -> world.happened(block);
      case ROWS -> world.happened(rows);
      case DEVICE_ROW -> world.happened(deviceRow);
      case OTHER -> {}
    }
  }

  private Fate fate(What what, boolean isCut) {
    if (healed) {
      return Fate.DONE;
    }
    if (isCut || time.nowMs() < outageUntilMs) {
      return dice.chance(0.4)
          ? Fate.REFUSED
          : dice.chance(0.7) ? Fate.REQUEST_LOST : Fate.DONE_TOO_LATE;
    }
    double failures =
        what == What.DEVICE_ROW ? plan.people().deviceRowFailures() : plan.storageFailures();
    if (!dice.chance(failures)) {
      return Fate.DONE;
    }
    return dice.pick(
        java.util.List.of(
            Fate.REFUSED,
            Fate.REQUEST_LOST,
            Fate.ANSWER_LOST,
            Fate.ANSWER_LOST,
            Fate.DONE_TOO_LATE));
  }

  private long delayMs() {
    if (healed) {
      return dice.between(1L, 4L);
    }
    if (time.nowMs() < slowUntilMs || dice.chance(plan.storageSlowness())) {
      return dice.between(20L, plan.storageTimeoutMs());
    }
    return dice.between(1L, 6L);
  }
}
