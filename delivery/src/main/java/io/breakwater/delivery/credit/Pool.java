package io.breakwater.delivery.credit;

/*
 * Breakwater (Cho, Saeed, Fried, Park, Alizadeh and Belay, "Overload Control for us-scale RPCs with Breakwater",
 * OSDI 2020, section 4.1) moves its pool of credits once a round trip by the measured delay d and the target t:
 *
 *     d < t:  pool += max(alpha * clients, 1)                     alpha = 0.001
 *     else:   pool *= max(1 - beta * (d - t) / t, 0.5)            beta  = 0.02
 *
 * There a round trip is 10 us, here a window is 0.1 to 1 s, ten thousand times as long: the pool has to move in a few
 * windows what it moves there in hundreds of rounds. So beta is 0.5 here, and what is added grows with the distance from
 * the target, (1 - d/t) / 4 of the pool, with the paper's step as its least: far below the target a pool grows by up to a
 * quarter of itself, near to it by one. For a pool below ten that step is a tenth of it: many nodes that share
 * a Cassandra would otherwise double their number at once. Below one it does not depend on the size, so that the pools of such
 * nodes become equal (Chiu and Jain 1989).
 *
 * Two things are added. A pool grows only while it is used (as in Netflix's Gradient2): what nobody asks for is not
 * known to be bearable. And after it was decreased it is not decreased again before what it let in until then is
 * through: until then the delay says nothing of the new size, and each window would halve it once more.
 */
/** So many requests may be on their way at once, as far as a delay allows. Confined to a thread. */
final class Pool {
  static final double ALPHA = 0.001;
  static final double BETA = 0.5;
  private static final double LEAST_FACTOR = 0.5;
  private static final double GROWTH = 0.25;
  private static final double LEAST_STEP = 0.05;
  private static final double LEAST_PART = 0.1;

  /** What waits for longer says nothing of now. */
  private static final double SETTLED_MS = 1_000;

  private double least;
  private double most;
  private double size;
  private long settledAtMs = Long.MIN_VALUE / 2;

  Pool(double first, double least, double most) {
    this.size = first;
    this.least = least;
    this.most = most;
  }

  /** It is never smaller or larger than this. */
  void bound(double newLeast, double newMost) {
    least = newLeast;
    most = newMost;
    size = Math.clamp(size, least, most);
  }

  /**
   * The delay is below its target.
   *
   * @param ratio of the two, below 1
   * @param clients how many share the pool
   */
  void grow(double ratio, int clients) {
    double least = Math.min(Math.max(ALPHA * clients, 1), Math.max(LEAST_STEP, size * LEAST_PART));
    double step = Math.max(size * GROWTH * (1 - ratio), least);
    size = Math.min(most, size + step);
  }

  /**
   * The delay is above its target.
   *
   * @param ratio of the two, above 1
   * @param delayMs in which what is let in now is through
   */
  void shrink(double ratio, double delayMs, long nowMs) {
    if (nowMs >= settledAtMs) {
      size = Math.max(least, size * Math.max(1 - BETA * (ratio - 1), LEAST_FACTOR));
      settledAtMs = nowMs + (long) Math.min(delayMs, SETTLED_MS);
    }
  }

  /** No more than this is used, for another reason than its size. */
  void fit(int used) {
    size = Math.max(least, Math.min(size, used + 1));
  }

  double size() {
    return size;
  }

  boolean isLeast() {
    return size <= least;
  }
}
