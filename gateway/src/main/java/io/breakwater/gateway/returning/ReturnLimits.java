package io.breakwater.gateway.returning;

/**
 * What a return window is never beyond, all in milliseconds.
 *
 * @param shortestMs nobody is told to come back sooner: the window begins then
 * @param narrowestMs width of the window however few come back
 * @param widestMs width of the window however many do; more come faster than they should then
 */
public record ReturnLimits(int shortestMs, int narrowestMs, int widestMs) {
  /** What is told in calm, when hardly anybody has to come back: 0.5 to 2 s. */
  public static final ReturnLimits DEFAULT = new ReturnLimits(500, 1_500, 600_000);

  /** The window is never wider than that, and no wider in calm than by default. */
  public static ReturnLimits of(int shortestMs, int widestMs) {
    return new ReturnLimits(shortestMs, Math.min(DEFAULT.narrowestMs, widestMs), widestMs);
  }
}
