package io.breakwater.loadtest.surge.run;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how it goes, again and again, until it is closed. */
final class Ticker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Ticker.class);
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ticker").factory());

  private Ticker() {}

  static Ticker start(Supplier<String> line, Duration every, Consumer<String> console) {
    Ticker ticker = new Ticker();
    var _ =
        ticker.thread.scheduleAtFixedRate(
            () -> say(line, console), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    return ticker;
  }

  /** A line that fails is worth no run, and must not be the last one: the timer would stop. */
  private static void say(Supplier<String> line, Consumer<String> console) {
    try {
      console.accept(line.get());
    } catch (RuntimeException e) {
      log.warn("how it goes is not known now", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
