package io.breakwater.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Some seconds of a run. */
record Span(List<Second> seconds) {
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

  /** Standard deviation of what is served in a second, by its mean. */
  double unevenness() {
    double mean = served();
    return Math.sqrt(mean(second -> (second.served - mean) * (second.served - mean))) / mean;
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
