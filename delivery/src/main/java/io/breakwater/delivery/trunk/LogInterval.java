package io.breakwater.delivery.trunk;

import java.util.concurrent.atomic.AtomicLong;

/** Lets one line in an interval pass, and counts what it stands for. Any thread. */
final class LogInterval {
  private static final long NEVER = Long.MIN_VALUE;

  private final long everyNs;
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong passedAtNs = new AtomicLong(NEVER);

  LogInterval(long everyNs) {
    this.everyNs = everyNs;
  }

  /**
   * Something has happened.
   *
   * @param nowNs monotonic
   * @return how often since the last line, if there should be one now; else 0
   */
  long happened(long nowNs) {
    events.incrementAndGet();
    long last = passedAtNs.get();
    boolean isDue = last == NEVER || nowNs - last >= everyNs;
    return isDue && passedAtNs.compareAndSet(last, nowNs) ? events.getAndSet(0) : 0;
  }
}
