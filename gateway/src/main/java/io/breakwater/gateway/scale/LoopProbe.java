package io.breakwater.gateway.scale;

import io.breakwater.common.scale.SmoothedRate;

/**
 * How busy one event loop is, and how late it does what it is asked. The loop looks, ten times a
 * second; any thread reads.
 */
final class LoopProbe {
  /** Between two looks. */
  static final int EACH_MS = 100;

  private static final double BUSY_WINDOW_S = 60;
  private static final double DELAY_WINDOW_S = 10;

  /** Processor seconds a second: at most one, for a loop is a thread. */
  private final SmoothedRate busy = new SmoothedRate(BUSY_WINDOW_S);

  private long dueMs = Long.MIN_VALUE;
  private volatile double delayMs;

  /**
   * Looks.
   *
   * @param cpuNanos that the loop's thread has had since it began
   * @param nowMs monotonic
   */
  void look(long cpuNanos, long nowMs) {
    busy.look(cpuNanos / 1e9, nowMs);
    if (dueMs != Long.MIN_VALUE) {
      double late = Math.max(0, nowMs - dueMs);
      double before = delayMs;
      delayMs = before + (late - before) * (1 - Math.exp(-EACH_MS / (DELAY_WINDOW_S * 1_000)));
    }
    // One that is late is asked again at once, for each look that it has missed.
    dueMs = dueMs == Long.MIN_VALUE ? nowMs + EACH_MS : dueMs + EACH_MS;
  }

  double busy() {
    return Math.min(1, busy.perSecond());
  }

  double delayMs() {
    return delayMs;
  }
}
