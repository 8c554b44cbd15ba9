package io.breakwater.loadtest.stack;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One answer of {@code /metrics}: Prometheus text. */
public final class Metrics {
  /** By name, the series of a name added up; and by name with labels, as written. */
  private final Map<String, Double> sums;

  private Metrics(Map<String, Double> sums) {
    this.sums = sums;
  }

  /** Those of a server, now; none if it does not answer. */
  public static Optional<Metrics> ask(InetSocketAddress admin) {
    return Admin.ask(admin, "/metrics").map(Metrics::parse);
  }

  /** Reads the text format; lines that are none of it are passed over. */
  static Metrics parse(String text) {
    Map<String, Double> sums = new HashMap<>();
    text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(line -> add(sums, line));
    return new Metrics(sums);
  }

  /** {@code name value}, {@code name{labels} value}, and a timestamp after either. */
  private static void add(Map<String, Double> sums, String line) {
    int labels = line.indexOf('{');
    int nameEnd = labels >= 0 ? labels : line.indexOf(' ');
    int valueStart = labels >= 0 ? line.lastIndexOf('}') + 1 : nameEnd;
    if (nameEnd <= 0 || valueStart <= 0) {
      return;
    }
    String[] numbers = line.substring(valueStart).strip().split(" ", 2);
    try {
      double value = Double.parseDouble(numbers[0]);
      sums.merge(line.substring(0, nameEnd), value, Double::sum);
      if (labels >= 0) {
        sums.put(line.substring(0, valueStart).replace(",}", "}"), value);
      }
    } catch (NumberFormatException e) {
      // No sample.
    }
  }

  /** The sum over all labels, rounded; 0 if there is none. */
  public long value(String name) {
    return Math.round(sums.getOrDefault(name, 0.0));
  }

  /** Of the series with this one label, rounded; 0 if there is none. */
  public long value(String name, String label, String value) {
    return value("%s{%s=\"%s\"}".formatted(name, label, value));
  }

  /** What a label says in the only series of a name that has it as its only label. */
  public Optional<String> label(String name, String label) {
    String start = "%s{%s=\"".formatted(name, label);
    return sums.keySet().stream()
        .filter(series -> series.startsWith(start))
        .map(series -> series.substring(start.length(), series.lastIndexOf('"')))
        .findFirst();
  }

  /** What each value of a label has, of the series that have it as their only label; rounded. */
  public Map<String, Long> byLabel(String name, String label) {
    String start = "%s{%s=\"".formatted(name, label);
    Map<String, Long> values = new HashMap<>();
    sums.forEach(
        (series, value) -> {
          if (series.startsWith(start)) {
            values.put(
                series.substring(start.length(), series.lastIndexOf('"')), Math.round(value));
          }
        });
    return values;
  }

  /** Whether there is a series of this name. */
  public boolean has(String name) {
    return sums.containsKey(name);
  }
}
