package io.breakwater.delivery.simulation;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The way to storage and back. A request is done once, never, or after its caller has given it up;
 * its answer comes late, out of order, or not at all.
 */
final class StorageNetwork {
  private enum Fate {
    DONE,
    REFUSED,
    REQUEST_LOST,
    ANSWER_LOST,
    DONE_TOO_LATE
  }

  private final VirtualTime time;
  private final Dice dice;
  private final Plan plan;
  private long outageUntilMs;
  private long slowUntilMs;
  private boolean healed;

  StorageNetwork(VirtualTime time, Dice dice, Plan plan) {
    this.time = time;
    this.dice = dice;
    this.plan = plan;
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
   * @param work done when the request arrives
   * @param answered with the result
   * @param failed if the outcome is not known to the caller
   */
  <T> void call(Supplier<CompletionStage<T>> work, Consumer<T> answered, Runnable failed) {
    long thereMs = delayMs();
    switch (fate()) {
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
        time.in(plan.storageTimeoutMs() + dice.between(0L, 6_000L), () -> perform(work));
      }
    }
  }

  private static <T> T perform(Supplier<CompletionStage<T>> work) {
    return work.get().toCompletableFuture().join();
  }

  private Fate fate() {
    if (healed) {
      return Fate.DONE;
    }
    if (time.nowMs() < outageUntilMs) {
      return dice.chance(0.4)
          ? Fate.REFUSED
          : dice.chance(0.7) ? Fate.REQUEST_LOST : Fate.DONE_TOO_LATE;
    }
    if (!dice.chance(plan.storageFailures())) {
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
