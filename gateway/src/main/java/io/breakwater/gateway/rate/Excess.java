package io.breakwater.gateway.rate;

/**
 * Too fast.
 *
 * @param waitMs until it would have been in order, milliseconds
 */
public record Excess(Limit limit, int waitMs) {
  private static final long MS_NANOS = 1_000_000;

  static Excess of(Limit limit, long waitNanos) {
    return new Excess(
        limit, (int) Math.min(Integer.MAX_VALUE / 2, (waitNanos + MS_NANOS - 1) / MS_NANOS));
  }
}
