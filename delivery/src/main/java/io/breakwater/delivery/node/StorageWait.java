package io.breakwater.delivery.node;

import io.breakwater.storage.StorageException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks storage until it answers: a start waits out an outage inside the process, since a process
 * that ended would only be started again. What waiting cannot cure is thrown at once. Confined to
 * the thread that starts the process.
 */
public final class StorageWait {
  private static final Logger log = LoggerFactory.getLogger(StorageWait.class);
  private static final Duration SAY_EVERY = Duration.ofSeconds(10);

  /** A question to storage; waits for the answer. */
  @FunctionalInterface
  public interface Question<T> {
    /** Asks once. */
    T ask() throws InterruptedException;
  }

  private final Duration pause;
  private final Clocks clocks;
  private final Consumer<String> waiting;

  /** When this wait, and when the last line about it was written; monotonic, milliseconds. */
  private long sinceMs;

  private long saidMs;
  private boolean isWaiting;

  /**
   * @param pause between two attempts
   * @param waiting told at each failure what is waited for, and when that is over
   */
  public StorageWait(Duration pause, Clocks clocks, Consumer<String> waiting) {
    this.pause = pause;
    this.clocks = clocks;
    this.waiting = waiting;
  }

  /**
   * Asks again until there is an answer.
   *
   * @param question may be asked any number of times: doing it twice is doing it once
   * @throws StorageException.Broken if it can never succeed
   */
  public <T> T answer(Question<T> question) throws InterruptedException {
    while (true) {
      try {
        T answer = question.ask();
        answered();
        return answer;
      } catch (StorageException e) {
        switch (e) {
          case StorageException.Broken broken -> throw broken;
          case StorageException.Unavailable unavailable -> failed(unavailable);
          case StorageException.UnknownOutcome unknown -> failed(unknown);
        }
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      }
    }
  }

  private void failed(StorageException failure) {
    long nowMs = clocks.monoMs();
    String why = failure.getMessage();
    waiting.accept(why);
    log.debug("storage", failure);
    if (!isWaiting || nowMs - saidMs >= SAY_EVERY.toMillis()) {
      sinceMs = isWaiting ? sinceMs : nowMs;
      saidMs = nowMs;
      isWaiting = true;
      log.warn("{}; trying again every {} s", why, pause.toMillis() / 1000.0);
    }
  }

  private void answered() {
    if (isWaiting) {
      isWaiting = false;
      waiting.accept("starting");
      log.warn("Cassandra answers again, after {} s", (clocks.monoMs() - sinceMs) / 1000);
    }
  }
}
