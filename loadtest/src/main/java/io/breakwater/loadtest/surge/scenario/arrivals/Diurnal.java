package io.breakwater.loadtest.surge.scenario.arrivals;

import java.time.Duration;

/**
 * The hours of a day: a cosine with a mean of 1 over 24 hours.
 *
 * @param peak when it is highest, from the begin; and every 24 hours before and after
 * @param low the lowest rate as a share of the highest, 0..1
 */
public record Diurnal(Duration peak, double low) {
  /** Seconds of a day. */
  static final double DAY = 86_400;

  /** What the rate of the curve is multiplied with. */
  double factorAt(double second) {
    double swing = (1 - low) / (1 + low);
    return 1 + swing * Math.cos(2 * Math.PI * (second - Bursts.seconds(peak)) / DAY);
  }
}
