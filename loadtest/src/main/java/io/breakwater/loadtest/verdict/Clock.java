package io.breakwater.loadtest.verdict;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Time as it passes; a stop watch that cannot be stopped. Any thread. */
public final class Clock {
  private static final Duration ASK_AGAIN = Duration.ofMillis(20);

  private final long startNanos = System.nanoTime();

  private Clock() {}

  /** Runs from now on. */
  public static Clock start() {
    return new Clock();
  }

  /** Since it was started. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** Whether so much has passed. */
  public boolean has(Duration passed) {
    return elapsed().compareTo(passed) >= 0;
  }

  /** Asks again and again until it holds. */
  public static void await(String what, Duration limit, BooleanSupplier condition) {
    Clock clock = start();
    while (!condition.getAsBoolean()) {
      if (clock.has(limit)) {
        throw new TrialFailure("waited %d s for %s".formatted(limit.toSeconds(), what));
      }
      pause(ASK_AGAIN);
    }
  }

  /** Lets time pass. */
  public static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    }
  }
}
