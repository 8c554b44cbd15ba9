package io.breakwater.loadtest.surge.scenario.arrivals;

import java.time.Duration;

/**
 * Arrivals that come in bursts instead of evenly. In a burst the rate is {@code factor} times that
 * of the curve; in the gap that follows it is as much lower as keeps the mean: bursts move
 * arrivals, and add none (exactly so where the curve is level). They begin at {@code from} and
 * follow each other until {@code until}; one whose gap would end later does not begin.
 *
 * @param factor above 1, and at most 1 + gap / length: then nothing is left for the gaps
 * @param length of a burst
 * @param gap from the end of a burst to the begin of the next one
 */
public record Bursts(double factor, Duration length, Duration gap, Duration from, Duration until) {
  /** The highest factor for which the mean can be kept. */
  public double highestFactor() {
    return 1 + seconds(gap) / seconds(length);
  }

  /** How many there are. */
  long count() {
    return (long) Math.floor((seconds(until) - seconds(from)) / period() + 1e-9);
  }

  double period() {
    return seconds(length) + seconds(gap);
  }

  /** What the rate of the curve is multiplied with. */
  double factorAt(double second) {
    double since = second - seconds(from);
    if (since < 0 || since >= count() * period()) {
      return 1;
    }
    return since % period() < seconds(length) ? factor : gapFactor();
  }

  private double gapFactor() {
    return Math.max(0, (period() - factor * seconds(length)) / seconds(gap));
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
