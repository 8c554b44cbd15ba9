package io.breakwater.loadtest.surge.scenario.model;

import java.time.Duration;
import java.util.Locale;

/** The arithmetic of scale and clock. */
final class Scaling {
  private Scaling() {}

  /** Never below 1 where it was above 0. */
  static long entities(long count, Reduction by) {
    return count == 0 ? 0 : Math.max(1, Math.round(count / by.scale()));
  }

  /** Scenario time to wall-clock time. */
  static Duration time(Duration scenario, Reduction by) {
    return Duration.ofNanos(Math.round(scenario.toNanos() / by.compress()));
  }

  /** Per second of scenario time to per second of wall-clock time. */
  static double rate(double perSecond, Reduction by) {
    return perSecond * by.compress() / by.scale();
  }

  /** As it stands in a file. */
  static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
