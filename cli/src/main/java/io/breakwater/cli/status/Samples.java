package io.breakwater.cli.status;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The samples of a page in Prometheus' text format 0.0.4, as far as a status needs them: names,
 * labels and values, no types and no times. What cannot be read is left out: a status is no place
 * to fail for a line.
 */
final class Samples {
  private record Sample(String name, Map<String, String> labels, double value) {}

  private final List<Sample> samples;

  private Samples(List<Sample> samples) {
    this.samples = samples;
  }

  static Samples none() {
    return new Samples(List.of());
  }

  static Samples parse(String page) {
    List<Sample> samples = new ArrayList<>();
    page.lines()
        .filter(line -> !line.isBlank() && line.charAt(0) != '#')
        .forEach(line -> new Line(line).addTo(samples));
    return new Samples(samples);
  }

  /** The sum of those that have the name and at least these labels; empty if there is none. */
  OptionalDouble sum(String name, Map<String, String> labels) {
    double[] values =
        samples.stream()
            .filter(sample -> sample.name().equals(name))
            .filter(sample -> sample.labels().entrySet().containsAll(labels.entrySet()))
            .mapToDouble(Sample::value)
            .toArray();
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  /** Reads one line from left to right. */
  private static final class Line {
    private final String text;
    private int at;

    Line(String text) {
      this.text = text;
    }

    void addTo(List<Sample> samples) {
      try {
        String name = until("{ ");
        Map<String, String> labels = text.charAt(at) == '{' ? labels() : Map.of();
        double value = number(text.substring(at).strip().split("\\s", 2)[0]);
        samples.add(new Sample(name, labels, value));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        // Left out.
      }
    }

    /** From {@code {} to after {@code }}; a comma after the last label is allowed. */
    private Map<String, String> labels() {
      Map<String, String> labels = new HashMap<>();
      at++;
      while (text.charAt(at) != '}') {
        String label = until("=").strip();
        at += 2;
        labels.put(label, quoted());
        if (text.charAt(at) == ',') {
          at++;
        }
      }
      at++;
      return labels;
    }

    /** To after the closing quote; {@code \\}, {@code \"} and {@code \n} are one character. */
    private String quoted() {
      StringBuilder value = new StringBuilder();
      while (text.charAt(at) != '"') {
        char next = text.charAt(at);
        if (next == '\\') {
          at++;
          next = text.charAt(at) == 'n' ? '\n' : text.charAt(at);
        }
        value.append(next);
        at++;
      }
      at++;
      return value.toString();
    }

    /** Up to the first of these characters, which is next then. */
    private String until(String ends) {
      int from = at;
      while (ends.indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(from, at);
    }

    private static double number(String word) {
      return switch (word) {
        case "+Inf" -> Double.POSITIVE_INFINITY;
        case "-Inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(word);
      };
    }
  }
}
