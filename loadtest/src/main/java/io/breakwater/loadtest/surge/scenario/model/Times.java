package io.breakwater.loadtest.surge.scenario.model;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;

/** Durations and shares as people write them. */
public final class Times {
  private static final long MILLION = 1_000_000;

  private Times() {}

  /** Such as 4m, 15h40m, 2m30.5s or 250ms. */
  public static String text(Duration duration) {
    if (duration.toNanos() != 0 && duration.compareTo(Duration.ofSeconds(1)) < 0) {
      return short3(duration.toNanos() / (double) MILLION) + "ms";
    }
    Duration rounded = Duration.ofMillis(Math.round(duration.toNanos() / (double) MILLION));
    return rounded.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  /** Such as 80% or 0.5%. */
  public static String percent(double share) {
    return short3(share * 100) + "%";
  }

  /** Three digits that count. */
  private static String short3(double number) {
    return new BigDecimal(number, new MathContext(3)).stripTrailingZeros().toPlainString();
  }
}
