package io.breakwater.loadtest.surge.run;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Says how it goes, again and again, until it is closed. */
final class Ticker implements AutoCloseable {
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ticker").factory());

  private Ticker() {}

  static Ticker start(Supplier<String> line, Duration every, Consumer<String> console) {
    Ticker ticker = new Ticker();
    var _ =
        ticker.thread.scheduleAtFixedRate(
            () -> console.accept(line.get()),
            every.toMillis(),
            every.toMillis(),
            TimeUnit.MILLISECONDS);
    return ticker;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
