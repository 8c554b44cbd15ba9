package io.breakwater.loadtest.surge.scenario.arrivals;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The times at which something should happen: a Poisson process whose rate follows a curve. Drawn
 * one by one, without end until the curve ends. Pure; not thread-safe.
 *
 * <p>By inversion of the integrated rate (Çinlar, Introduction to Stochastic Processes, 1975): if
 * u(1), u(2) ... is a Poisson process of rate 1, that is a sum of exponential gaps, then the times
 * at which that many arrivals are expected are a Poisson process with the curve's rate. Curves are
 * straight lines, so their integral has an inverse in closed form, and nothing is drawn in vain, as
 * it would be by thinning (Lewis and Shedler 1979).
 *
 * <p><b>Several generators.</b> Each of them draws all times of the stream and keeps those of its
 * own {@link Part}, which is chosen by a hash of seed and number. So the union of all parts is the
 * stream itself, time by time, however many there are; and each part is a Poisson process with its
 * share of the rate, independent of the others (a process whose points are marked at random). It
 * costs each generator a logarithm and a hash for each arrival of another.
 */
public final class Arrivals {
  /** There are no more. */
  public static final long NEVER = Long.MAX_VALUE;

  private final RateCurve curve;
  private final Part part;
  private final long seed;
  private final RandomGenerator random;
  private double expected;
  private long number = -1;
  private long last;

  /**
   * @param seed of this stream in this run: {@link Seed#of}
   */
  public Arrivals(RateCurve curve, long seed, Part part) {
    this.curve = curve;
    this.part = part;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  /** The next time, in nanoseconds from the begin; never before an earlier one; or NEVER. */
  public long nextNanos() {
    do {
      // 1 - [0, 1) is never 0.
      expected -= Math.log(1 - random.nextDouble());
      if (expected >= curve.expected()) {
        return NEVER;
      }
      number++;
    } while (!part.owns(bits(1)));
    // Rounding at the seam of two pieces must not turn two arrivals round.
    last = Math.max(last, (long) (curve.secondAt(expected) * 1e9));
    return last;
  }

  /** That of the last arrival in the whole stream, from 0: the same in whichever part it is. */
  public long number() {
    return number;
  }

  /**
   * Random bits of the last arrival, for whatever is to be drawn for it: the same in whichever part
   * it is, and independent of the part.
   */
  public long mark() {
    return bits(2);
  }

  private long bits(long purpose) {
    return Seed.mixed(Seed.mixed(seed + purpose) ^ number);
  }
}
