package io.breakwater.cli.status;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * A number that is shown of a process.
 *
 * @param name heading of its column, and key in JSON
 * @param series the meter's name in Prometheus' form
 * @param labels that a sample must have to count
 */
record Figure(String name, String series, Map<String, String> labels) {
  static Figure of(String name, String series) {
    return new Figure(name, series, Map.of());
  }

  /** Empty if the process has no such meter. */
  OptionalDouble read(Samples samples) {
    return samples.sum(series, labels);
  }
}
