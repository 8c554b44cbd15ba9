package io.breakwater.gateway.returning;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/*
 * The herd is not known beforehand: refusals come one by one. The k-th is told U(W/2, W), where W = c k / (r/2), and r
 * is the rate at which they can be taken. At time t come those with t <= W <= 2t, each with density 2/W: in all
 * (r / c) ln 2 for every t. With c = 2 ln 2 they come at r/2, evenly, whenever it was that they were refused. If each
 * drew from U(0, W), far too many would be told to come soon: those who were refused while the herd was small, and a
 * share of all later ones; the density at t grows with the logarithm of the herd.
 */
/**
 * Draws return times for those who are refused one by one, so that they come back at half of the
 * rate at which they can be taken: of the window that the whole herd needs everybody is given a
 * time in the part that those before have left. Confined to an event loop.
 */
public final class ReturnWindow {
  /** Width of a window: so many times what half of the rate needs, between 1 and 2. */
  static final double FACTOR = 2 * Math.log(2);

  private final Supplier<ReturnLimits> currentLimits;
  private final RandomGenerator random;
  private final Herd herd = new Herd();

  /**
   * @param currentLimits asked each time: they may change
   * @param random confined to the event loop
   */
  public ReturnWindow(Supplier<ReturnLimits> currentLimits, RandomGenerator random) {
    this.currentLimits = currentLimits;
    this.random = random;
  }

  /**
   * Somebody is to come back, and is one of the herd from now on.
   *
   * @param perMs how many can be taken, more than 0
   * @param atLeastMs width of the window, whatever the herd; no wider than the limit
   * @return after how many ms
   */
  public int tell(double perMs, int atLeastMs, long nowMs) {
    int afterMs = draw(herd.size(nowMs) + 1, perMs, atLeastMs);
    herd.join(afterMs, nowMs);
    return afterMs;
  }

  /** The same without joining the herd: for who would be in it many times, or by its own doing. */
  public int spread(double perMs, long nowMs) {
    return draw(herd.size(nowMs) + 1, perMs, 0);
  }

  private int draw(long ofHerd, double perMs, int atLeastMs) {
    ReturnLimits limits = currentLimits.get();
    int widthMs = widthMs(ofHerd, perMs, atLeastMs, limits);
    boolean isByHerd = widthMs > Math.max(limits.narrowestMs(), atLeastMs);
    int fromMs = isByHerd && widthMs < limits.widestMs() ? widthMs / 2 : 0;
    return limits.shortestMs() + random.nextInt(fromMs, widthMs + 1);
  }

  private static int widthMs(long ofHerd, double perMs, int atLeastMs, ReturnLimits limits) {
    double needMs = FACTOR * ofHerd / (0.5 * perMs);
    int narrowestMs = Math.min(limits.widestMs(), Math.max(limits.narrowestMs(), atLeastMs));
    return (int) Math.clamp(needMs, narrowestMs, limits.widestMs());
  }

  /** Width of the window from which the next one would be told, ms. */
  public int widthMs(double perMs, long nowMs) {
    return widthMs(herd.size(nowMs) + 1, perMs, 0, currentLimits.get());
  }

  /** How many were told to come back, and are not due yet. */
  public long herd(long nowMs) {
    return herd.size(nowMs);
  }
}
