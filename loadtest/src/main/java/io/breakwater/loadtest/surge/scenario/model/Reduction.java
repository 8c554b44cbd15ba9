package io.breakwater.loadtest.surge.scenario.model;

/**
 * How much smaller and faster a scenario is played.
 *
 * @param scale populations and rates are divided by it; above 0
 * @param compress durations are divided by it; above 0
 */
public record Reduction(double scale, double compress) {
  /** As it is written. */
  public static final Reduction NONE = new Reduction(1, 1);

  /** Checks the numbers. */
  public Reduction {
    check("scale", scale);
    check("compress", compress);
  }

  private static void check(String name, double number) {
    if (!(number > 0) || Double.isInfinite(number)) {
      throw new IllegalArgumentException("%s: %s (expected: above 0)".formatted(name, number));
    }
  }
}
