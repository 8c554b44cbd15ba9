package io.breakwater.gateway.scale;

import io.breakwater.common.scale.Scale;
import io.breakwater.common.scale.SmoothedRate;
import io.breakwater.gateway.metrics.GatewayMetrics;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Watches the event loops of a gateway, and says how many gateways there should be. Any thread
 * reads.
 */
public final class GatewayScale {
  /** What of the gateway's meters says whether there are enough, in order. */
  public static final List<String> METERS =
      List.of(
          "breakwater.gateway.recommended",
          "breakwater.gateway.load",
          "breakwater.gateway.loop.busy",
          "breakwater.gateway.loop.delay",
          "breakwater.gateway.accepted",
          "breakwater.gateway.accepts.paused",
          "breakwater.gateway.arrivals",
          "breakwater.gateway.arrivals.limit",
          "breakwater.gateway.return.herd",
          "breakwater.gateway.tier.gateways",
          "breakwater.gateway.connections",
          "breakwater.gateway.sessions",
          "breakwater.gateway.line.length",
          "breakwater.gateway.line.estimate",
          "breakwater.gateway.line.full",
          "breakwater.gateway.credits.waiting",
          "breakwater.gateway.credits.shed",
          "breakwater.gateway.brown.out",
          "breakwater.gateway.trunk.queued",
          "breakwater.gateway.levers.moved");

  /** What is asked of an event loop may wait for so long, as requests may at a delivery node. */
  private static final double LATE_MS = 20;

  private static final double ACCEPT_WINDOW_S = 10;

  private final IntSupplier gateways;
  private final List<LoopProbe> probes = new CopyOnWriteArrayList<>();
  private final SmoothedRate accepts = new SmoothedRate(ACCEPT_WINDOW_S);

  /**
   * @param gateways how many are ready, as far as is known here; 0: nothing is known, and so
   *     nothing is recommended
   */
  public GatewayScale(IntSupplier gateways) {
    this.gateways = gateways;
  }

  /** Begins to watch these event loops, each of which has one thread. */
  public void watch(Iterable<? extends ScheduledExecutorService> loops, GatewayMetrics metrics) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (ScheduledExecutorService loop : loops) {
      boolean isFirst = probes.isEmpty();
      LoopProbe probe = new LoopProbe();
      probes.add(probe);
      var _ =
          loop.scheduleAtFixedRate(
              () -> {
                long nowMs = System.nanoTime() / 1_000_000;
                probe.look(
                    threads.isCurrentThreadCpuTimeSupported()
                        ? threads.getCurrentThreadCpuTime()
                        : 0,
                    nowMs);
                if (isFirst) {
                  accepts.look(metrics.opened(), nowMs);
                }
              },
              LoopProbe.EACH_MS,
              LoopProbe.EACH_MS,
              TimeUnit.MILLISECONDS);
    }
    metrics.scale(this::busy, this::delayMs, accepts::perSecond, this::load, this::recommended);
  }

  /** The mean of the event loops. */
  private double busy() {
    return probes.stream().mapToDouble(LoopProbe::busy).average().orElse(0);
  }

  /** That of the slowest. */
  private double delayMs() {
    return probes.stream().mapToDouble(LoopProbe::delayMs).max().orElse(0);
  }

  private double load() {
    return Scale.load(busy(), delayMs() > LATE_MS);
  }

  private double recommended() {
    int known = gateways.getAsInt();
    return known == 0 ? Double.NaN : Scale.recommended(known, load());
  }
}
