package io.breakwater.loadtest.chaos;

import io.breakwater.loadtest.chaos.phones.Progress;
import io.breakwater.loadtest.verdict.Clock;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Says each ten seconds, and when something changes, how far a campaign is. */
final class Ticker implements AutoCloseable {
  private static final long EVERY_SECONDS = 10;

  private final Clock clock;
  private final Supplier<Progress> progress;
  private final Consumer<String> console;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> Thread.ofPlatform().daemon().name("ticker").unstarted(work));

  /** Set by the campaign's thread. */
  private volatile String underWay = "calm";

  private Ticker(Clock clock, Supplier<Progress> progress, Consumer<String> console) {
    this.clock = clock;
    this.progress = progress;
    this.console = console;
  }

  /**
   * @param clock runs since the begin of the campaign
   */
  static Ticker start(Clock clock, Supplier<Progress> progress, Consumer<String> console) {
    Ticker ticker = new Ticker(clock, progress, console);
    var _ =
        ticker.thread.scheduleAtFixedRate(
            ticker::say, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    return ticker;
  }

  /** Something else is under way from now on. */
  void now(String what) {
    underWay = what;
    say();
  }

  private void say() {
    Progress so = progress.get();
    console.accept(
        String.format(
            Locale.ROOT,
            "[%4d s] %d sends: %d accepted, %d refused, %d unknown; %d delivered; %s",
            clock.elapsed().toSeconds(),
            so.invoked(),
            so.accepted(),
            so.refused(),
            so.unknown(),
            so.delivered(),
            underWay));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
