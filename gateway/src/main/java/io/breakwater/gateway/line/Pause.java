package io.breakwater.gateway.line;

/**
 * When nobody is let go though trunks would take somebody: delivery sends one back after the other,
 * and should have some time. One that comes back says little; from the second in a row on there is
 * a pause, which doubles. Those that come back meanwhile were let go before it, and say nothing
 * new. Confined to an event loop.
 */
final class Pause {
  private static final int FIRST_MS = 100;
  private static final int DOUBLINGS = 5;

  private int inARow;
  private long untilMs = Long.MIN_VALUE;

  /** Delivery sent one back. */
  void sentBack(long nowMs) {
    if (isOn(nowMs)) {
      return;
    }
    inARow++;
    if (inARow > 1) {
      untilMs = nowMs + ((long) FIRST_MS << Math.min(inARow - 2, DOUBLINGS));
    }
  }

  /** Delivery carried one out, or refused it for good. */
  void answered() {
    inARow = 0;
  }

  boolean isOn(long nowMs) {
    return nowMs < untilMs;
  }
}
