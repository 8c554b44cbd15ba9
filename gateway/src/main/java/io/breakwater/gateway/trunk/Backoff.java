package io.breakwater.gateway.trunk;

import java.util.random.RandomGenerator;

/**
 * Waits between attempts: uniform between the minimum and a bound. The bound stays at two and a
 * half times the minimum while a node that was killed comes back, and then doubles at each attempt
 * up to the maximum.
 */
final class Backoff {
  /** At the standard minimum of 100 ms, 175 ms in the mean: 7 s. */
  private static final int EAGER_ATTEMPTS = 40;

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
    attempts = Math.min(attempts + 1, EAGER_ATTEMPTS + 20);
    long eager = minMs * 5L / 2;
    long bound = Math.min(maxMs, eager << Math.max(0, attempts - EAGER_ATTEMPTS));
    return random.nextLong(minMs, Math.max(minMs, bound) + 1);
  }

  /** An attempt has succeeded. */
  void reset() {
    attempts = 0;
  }
}
