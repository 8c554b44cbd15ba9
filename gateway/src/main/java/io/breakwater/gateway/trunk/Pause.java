package io.breakwater.gateway.trunk;

/**
 * When a node is passed over though it grants credit: it sends one sign-up after the other back,
 * and a node that fails answers faster than one that works, so that it would get them all. One that
 * comes back says little; from the second in a row on there is a pause, which doubles. Those that
 * come back meanwhile were let go before it, and say nothing new. Confined to an event loop.
 */
final class Pause {
  private static final int FIRST_MS = 100;
  private static final int DOUBLINGS = 5;

  private int inARow;
  private long untilMs = Long.MIN_VALUE;

  /** The node sent one back. */
  void sentBack(long nowMs) {
    if (isOn(nowMs)) {
      return;
    }
    inARow++;
    if (inARow > 1) {
      untilMs = nowMs + ((long) FIRST_MS << Math.min(inARow - 2, DOUBLINGS));
    }
  }

  /** The node carried one out, or refused it for good. */
  void carriedOut() {
    inARow = 0;
  }

  /** It is another node from now on. */
  void clear() {
    inARow = 0;
    untilMs = Long.MIN_VALUE;
  }

  boolean isOn(long nowMs) {
    return nowMs < untilMs;
  }

  /** How long it still lasts. */
  long leftMs(long nowMs) {
    return isOn(nowMs) ? untilMs - nowMs : 0;
  }
}
