package io.breakwater.gateway.accept;

/** What was served in the last two seconds, by windows of a tenth of a second. */
final class Served {
  private static final int WINDOWS = 20;

  private final double[] perSecond = new double[WINDOWS];
  private long before;
  private int next;

  /**
   * A window is over.
   *
   * @param total since the beginning
   */
  void window(long total, double seconds) {
    perSecond[next] = (total - before) / seconds;
    before = total;
    next = (next + 1) % WINDOWS;
  }

  /** Of the best window, per second: in a bad one others had the processor. */
  double best() {
    double best = 0;
    for (double one : perSecond) {
      best = Math.max(best, one);
    }
    return best;
  }
}
