package io.breakwater.loadtest.surge.figures;

import java.util.Arrays;
import java.util.List;

/** Series with a value for each second; NaN: none is known. */
final class Seconds {
  private Seconds() {}

  static void addTo(double[] sum, double[] values) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values[i];
    }
  }

  /** What is not known of one is NaN, and does not keep the others from being summed up. */
  static void addKnown(double[] sum, double[] values) {
    for (int i = 0; i < sum.length; i++) {
      if (!Double.isNaN(values[i])) {
        sum[i] = Double.isNaN(sum[i]) ? values[i] : sum[i] + values[i];
      }
    }
  }

  static double[] unknown(int seconds) {
    double[] values = new double[seconds];
    Arrays.fill(values, Double.NaN);
    return values;
  }

  static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
