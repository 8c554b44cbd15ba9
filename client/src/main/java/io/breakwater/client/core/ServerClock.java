package io.breakwater.client.core;

/**
 * The server's clock as seen from here: what it last said plus the time since. Late by the way of
 * the frame, never early by more than the difference between two servers' clocks.
 */
final class ServerClock {
  private long offsetMs;

  void set(long serverTimeMs, long nowMs) {
    offsetMs = serverTimeMs - nowMs;
  }

  /** Milliseconds since 1970; at least 1. Meaningless before the first {@link #set}. */
  long at(long nowMs) {
    return Math.max(1, nowMs + offsetMs);
  }
}
