package io.breakwater.delivery.credit;

/**
 * How long requests of one kind waited, over one window.
 *
 * @param requests how many, those that stand still included
 * @param meanMs milliseconds
 * @param highMs the 99th percentile, milliseconds, no more than a fifth too high
 */
public record Delay(long requests, double meanMs, double highMs) {
  /** Of a window in which nothing came. */
  public static final Delay NONE = new Delay(0, 0, 0);
}
