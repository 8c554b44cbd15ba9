package io.breakwater.loadtest.bench.measure;

import java.util.List;

/** Of a few rounds of one measurement. */
public final class Median {
  private Median() {}

  /** The one in the middle, or the mean of the two that are there; NaN of none. */
  public static double of(List<Double> values) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
