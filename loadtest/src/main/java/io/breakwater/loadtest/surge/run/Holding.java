package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.stack.Server;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Holds servers to their shares from a time on, until it is closed. It looks each tenth of a second
 * which process a server is, and asks nobody anything: a successor boots unheld for no longer than
 * that, however busy the others are.
 */
final class Holding implements AutoCloseable {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("holding").factory());
  private final List<Server> servers;
  private final Shares shares;

  private Holding(List<Server> servers, Shares shares) {
    this.servers = servers;
    this.shares = shares;
  }

  /**
   * Begins at that time of {@link System#nanoTime}, if there are shares.
   *
   * @param begun is told then
   */
  static Holding start(List<Server> servers, Shares shares, long fromNanos, Runnable begun) {
    Holding holding = new Holding(servers, shares);
    if (!shares.areNone()) {
      long delay = Math.max(0, fromNanos - System.nanoTime());
      var _ = holding.thread.schedule(begun, delay, TimeUnit.NANOSECONDS);
      var _ =
          holding.thread.scheduleAtFixedRate(
              holding::hold, delay, EVERY_NANOS, TimeUnit.NANOSECONDS);
    }
    return holding;
  }

  private void hold() {
    servers.forEach(server -> server.pid().ifPresent(pid -> shares.hold(server.toString(), pid)));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
