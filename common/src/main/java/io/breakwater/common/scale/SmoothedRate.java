package io.breakwater.common.scale;

/**
 * How fast a total rises: an average in which what was a time constant ago counts 1/e. One thread
 * looks, any reads.
 */
public final class SmoothedRate {
  private final double windowMs;
  private boolean isBegun;
  private double totalBefore;
  private long lookedAtMs;
  private volatile double perSecond;

  /**
   * @param windowS the time constant, seconds
   */
  public SmoothedRate(double windowS) {
    this.windowMs = windowS * 1_000;
  }

  /**
   * Looks, often within a time constant.
   *
   * @param total that only rises
   * @param nowMs monotonic
   */
  public void look(double total, long nowMs) {
    long forMs = nowMs - lookedAtMs;
    if (isBegun && forMs > 0) {
      double now = (total - totalBefore) * 1_000 / forMs;
      double before = perSecond;
      perSecond = before + (now - before) * (1 - Math.exp(-forMs / windowMs));
    }
    if (!isBegun || forMs > 0) {
      isBegun = true;
      totalBefore = total;
      lookedAtMs = nowMs;
    }
  }

  /** What it came to at the last look. */
  public double perSecond() {
    return perSecond;
  }
}
