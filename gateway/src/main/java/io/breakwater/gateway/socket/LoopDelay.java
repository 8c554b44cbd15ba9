package io.breakwater.gateway.socket;

import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How late an event loop gets to what it is given: it is given a probe, one at a time. Asked by one
 * thread, answered by the loop.
 */
final class LoopDelay {
  private static final long NONE = Long.MIN_VALUE;

  private final EventLoop loop;
  private final LongSupplier nowMs;

  /** When the probe that is under way was given; none if it is back. */
  private final AtomicLong givenAtMs = new AtomicLong(NONE);

  private final AtomicLong sumMs = new AtomicLong();
  private final AtomicLong probes = new AtomicLong();

  // Of the asking thread: what it has seen of these.
  private long sumBefore;
  private long probesBefore;

  LoopDelay(EventLoop loop, LongSupplier nowMs) {
    this.loop = loop;
    this.nowMs = nowMs;
  }

  EventLoop loop() {
    return loop;
  }

  /** Gives it a probe, unless it has one. */
  void probe() {
    if (givenAtMs.get() == NONE) {
      givenAtMs.set(nowMs.getAsLong());
      loop.execute(
          () -> {
            sumMs.addAndGet(nowMs.getAsLong() - givenAtMs.get());
            probes.incrementAndGet();
            givenAtMs.set(NONE);
          });
    }
  }

  /** The mean of the probes that came back since this was asked last, or more if one is overdue. */
  double sinceAsked() {
    long sum = sumMs.get();
    long count = probes.get();
    double mean = count == probesBefore ? 0 : (double) (sum - sumBefore) / (count - probesBefore);
    sumBefore = sum;
    probesBefore = count;
    long given = givenAtMs.get();
    return given == NONE ? mean : Math.max(mean, (double) (nowMs.getAsLong() - given));
  }
}
