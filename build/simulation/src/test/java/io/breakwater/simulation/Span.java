package io.breakwater.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Some seconds of a run. */
record Span(List<Second> seconds) {
  private static final int PERIOD_S = 10;

  /** Between two seconds. */
  static Span of(Tier tier, double fromS, double untilS) {
    return new Span(tier.seconds.subList((int) fromS, (int) untilS));
  }

  double mean(ToDoubleFunction<Second> value) {
    return seconds.stream().mapToDouble(value).average().orElse(0);
  }

  double most(ToDoubleFunction<Second> value) {
    return seconds.stream().mapToDouble(value).max().orElse(0);
  }

  double served() {
    return mean(second -> second.served);
  }

  /**
   * Standard deviation of what is served in ten seconds, by its mean: so often sign-ups stand back
   * for one.
   */
  double unevenness() {
    double mean = served();
    double sum = 0;
    int parts = seconds.size() / PERIOD_S;
    for (int part = 0; part < parts; part++) {
      double served =
          seconds.subList(part * PERIOD_S, (part + 1) * PERIOD_S).stream()
              .mapToDouble(second -> second.served)
              .average()
              .orElse(0);
      sum += (served - mean) * (served - mean);
    }
    return Math.sqrt(sum / parts) / mean;
  }

  double delayMean() {
    return Arrays.stream(delays()).average().orElse(0);
  }

  double delayHigh() {
    return Second.quantile(delays(), 0.99);
  }

  double aheadHigh() {
    return Second.quantile(sorted(second -> second.ahead), 0.99);
  }

  private double[] delays() {
    return sorted(second -> second.delays);
  }

  private double[] sorted(java.util.function.Function<Second, double[]> what) {
    return seconds.stream().map(what).flatMapToDouble(Arrays::stream).sorted().toArray();
  }
}
