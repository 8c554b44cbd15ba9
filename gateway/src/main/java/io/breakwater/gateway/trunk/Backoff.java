package io.breakwater.gateway.trunk;

import java.util.random.RandomGenerator;

/**
 * Waits between attempts: uniform between the minimum and a bound that doubles from twice the
 * minimum up to the maximum.
 */
final class Backoff {
  private final int minMs;
  private final int maxMs;
  private final RandomGenerator random;
  private int attempts;

  Backoff(int minMs, int maxMs, RandomGenerator random) {
    this.minMs = minMs;
    this.maxMs = maxMs;
    this.random = random;
  }

  /** How long to wait now, milliseconds. */
  long nextMs() {
    attempts = Math.min(attempts + 1, 20);
    long bound = Math.min(maxMs, (long) minMs << attempts);
    return random.nextLong(minMs, Math.max(minMs, bound) + 1);
  }

  /** An attempt has succeeded. */
  void reset() {
    attempts = 0;
  }
}
