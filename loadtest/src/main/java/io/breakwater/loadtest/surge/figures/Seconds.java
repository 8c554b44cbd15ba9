package io.breakwater.loadtest.surge.figures;

import java.util.Arrays;
import java.util.List;

/** Series with a value for each second. */
final class Seconds {
  private Seconds() {}

  static void addTo(double[] sum, double[] values) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values[i];
    }
  }

  static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
