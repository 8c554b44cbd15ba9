package io.breakwater.loadtest.surge.scenario.model;

import java.util.random.RandomGenerator;

/**
 * How unevenly things are chosen: the k-th most popular one about as often as 1 / k^exponent, which
 * is Zipf's law; an exponent of 0 chooses evenly.
 *
 * @param exponent 0..3
 */
public record Popularity(double exponent) {
  /** All are alike. */
  public static final Popularity UNIFORM = new Popularity(0);

  /**
   * Chooses one. By inversion of the integral of x^-exponent from 1 to count + 1, whole part taken:
   * one draw, no table. The first ones are chosen a little less often than by the sum that Zipf has
   * in the place of the integral.
   *
   * @param count of things, 1 or more
   * @return 0 is the most popular one, count - 1 the least
   */
  public long choose(RandomGenerator random, long count) {
    double draw = random.nextDouble();
    double end = count + 1.0;
    double rank;
    if (Math.abs(exponent - 1) < 1e-9) {
      rank = Math.pow(end, draw);
    } else {
      double power = 1 - exponent;
      rank = Math.pow(1 + draw * (Math.pow(end, power) - 1), 1 / power);
    }
    return Math.clamp((long) rank - 1, 0, count - 1);
  }

  @Override
  public String toString() {
    return exponent == 0 ? "uniform" : "zipf " + exponent;
  }
}
