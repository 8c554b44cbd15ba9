package io.breakwater.loadtest.chaos.phones;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Something that is asked of the server, again and again until it is answered: whoever asks may be
 * offline, or killed before the answer comes. Steps are taken by one thread.
 */
final class Errand {
  private static final long AGAIN_AFTER_MS = 2_000;

  /** One attempt. */
  interface Question {
    /**
     * Asks, and records the answer before the stage completes.
     *
     * @param attempt from 0
     * @throws IllegalStateException if nobody is there to ask
     */
    CompletionStage<?> ask(int attempt);
  }

  private final long dueMs;
  private final Question question;
  private final AtomicBoolean isUnderWay = new AtomicBoolean();
  private final AtomicBoolean isDone = new AtomicBoolean();
  private long nextMs;
  private int attempts;

  /**
   * @param dueMs not before
   */
  Errand(long dueMs, Question question) {
    this.dueMs = dueMs;
    this.question = question;
    nextMs = dueMs;
  }

  /**
   * Asks if it is time.
   *
   * @param mayBegin whether it may be asked for the first time
   */
  void step(long nowMs, boolean mayBegin) {
    if (nowMs < nextMs || isDone.get() || isUnderWay.get() || (attempts == 0 && !mayBegin)) {
      return;
    }
    nextMs = nowMs + AGAIN_AFTER_MS;
    isUnderWay.set(true);
    try {
      var _ =
          question
              .ask(attempts)
              .handle(
                  (answer, failure) -> {
                    isDone.set(failure == null);
                    isUnderWay.set(false);
                    return isDone.get();
                  });
      attempts++;
    } catch (IllegalStateException e) {
      // Nobody is there to ask: later.
      isUnderWay.set(false);
    }
  }

  boolean isDone() {
    return isDone.get();
  }

  /** Whether it was asked, and is not answered. */
  boolean isOpen() {
    return attempts > 0 && !isDone.get();
  }

  @Override
  public String toString() {
    return "errand due at " + dueMs;
  }
}
