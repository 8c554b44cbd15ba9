package io.breakwater.delivery.credit;

/*
 * A low quantile of the means of windows, tracked by steps (the frugal streaming of Ma, Muthukrishnan and Sandler,
 * 2013): a window above moves it up by a little, one below moves it down by three times as much, so that it comes to
 * rest where some quarter of the windows is below. It rises by a quarter of a percent a second at most, some 15 % a
 * minute, and only while there is nothing to protect from: else a surge that is kept at 1.2 times calm would raise what
 * calm is, hour by hour. In the first minutes of a process it falls faster with every further second below, as their
 * Frugal-2U does: what cold code took would be a calm in which nobody is protected.
 *
 * What a probe has seen (CalmProbe) is calm: it falls there by half of the way, and rises to the lesser of two in a row, by a
 * quarter at most while the process is young, and later as far as it might have since the last one.
 */
/** What a delay is when nobody presses, learned. Confined to the node's thread. */
final class Calm {
  private static final double UP_PER_S = 0.0025;
  private static final double DOWN_PER_S = 3 * UP_PER_S;

  /** What it begins with is a guess, and a first window may be one of cold code. */
  private static final double FASTER_AT_FIRST = 20;

  private static final int FIRST_WINDOWS = 60;

  /** So long a process may still compile code. */
  private static final long COLD_MS = 600_000;

  private static final double MOST_HASTE = 10;

  private final double leastMs;
  private final double firstMostMs;
  private double ms;
  private int windows;

  /** What the last probe has seen. */
  private double probedMs = Double.MAX_VALUE;

  private long beganAtMs;

  /** When it was not above the last time. */
  private long notAboveAtMs;

  private long learnedAtMs;

  /**
   * @param leastMs it is never less
   * @param firstMostMs it begins with no more, whatever the first window says
   */
  Calm(double leastMs, double firstMostMs) {
    this.leastMs = leastMs;
    this.firstMostMs = firstMostMs;
    this.ms = firstMostMs;
  }

  /**
   * A window is over.
   *
   * @param mayRise whether nothing is held back now that could have raised it
   */
  void learn(double meanMs, boolean mayRise, long nowMs) {
    if (windows == 0) {
      ms = Math.clamp(meanMs, leastMs, firstMostMs);
      beganAtMs = nowMs;
      notAboveAtMs = nowMs;
    } else {
      double seconds = Math.clamp((nowMs - learnedAtMs) / 1_000.0, 0, 1);
      if (meanMs >= ms) {
        notAboveAtMs = nowMs;
      }
      double haste = windows < FIRST_WINDOWS ? FASTER_AT_FIRST : 1;
      if (meanMs > ms && mayRise) {
        ms = Math.min(meanMs, ms * (1 + UP_PER_S * haste * seconds));
      } else if (meanMs < ms) {
        double down = DOWN_PER_S * Math.max(haste, hasteDown(nowMs)) * seconds;
        ms = Math.max(meanMs, ms * (1 - down));
        ms = Math.max(leastMs, ms);
      }
    }
    windows++;
    learnedAtMs = nowMs;
  }

  /**
   * A probe has seen what it is.
   *
   * @param rise by what part it may rise; 0: not at all
   */
  void probed(double meanMs, double rise) {
    // One pause of a collector would be in one of them, and not in both.
    double lessMs = Math.min(meanMs, probedMs);
    probedMs = meanMs;
    if (windows > 0 && meanMs < ms) {
      ms = Math.max(leastMs, (ms + meanMs) / 2);
    } else if (windows > 0 && lessMs > ms) {
      ms = Math.min(lessMs, ms * (1 + rise));
    }
  }

  private double hasteDown(long nowMs) {
    boolean isCold = nowMs - beganAtMs < COLD_MS;
    return isCold ? Math.clamp((nowMs - notAboveAtMs) / 1_000.0, 1, MOST_HASTE) : 1;
  }

  double ms() {
    return ms;
  }
}
