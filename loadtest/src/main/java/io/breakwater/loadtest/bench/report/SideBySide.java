package io.breakwater.loadtest.bench.report;

import io.breakwater.loadtest.bench.measure.Median;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of one section by variant, a line each: the median of all rounds, how it compares
 * with the first variant, and how far the rounds are apart, so that a difference smaller than that
 * is taken for none.
 */
public final class SideBySide {
  private SideBySide() {}

  /**
   * Compares.
   *
   * @param column which says what variant a line is of
   * @param variants the first is what the others are compared with
   */
  public static Section of(Section section, String column, List<String> variants) {
    Section table = new Section(section.title() + ": side by side");
    Map<Line, Map<String, List<Double>>> lines = new LinkedHashMap<>();
    for (Row row : section.rows()) {
      Map<String, String> words = new LinkedHashMap<>(row.words());
      String variant = words.remove(column);
      if (variant != null) {
        row.figures()
            .forEach(
                (figure, value) ->
                    lines
                        .computeIfAbsent(new Line(words, figure), _ -> new LinkedHashMap<>())
                        .computeIfAbsent(variant, _ -> new ArrayList<>())
                        .add(value));
      }
    }
    lines.forEach((line, values) -> table.add(row(line, values, variants)));
    return table.note(
        "median of the rounds; x: by that of %s; spread: the largest distance between two rounds of a"
                .formatted(variants.getFirst())
            + " variant, by its median");
  }

  /** What is compared: a figure of the lines with these words. */
  private record Line(Map<String, String> words, String figure) {}

  private static Row row(Line line, Map<String, List<Double>> values, List<String> variants) {
    Row row = new Row();
    line.words.forEach(row::with);
    row.with("figure", line.figure);
    double first = Median.of(values.getOrDefault(variants.getFirst(), List.of()));
    double spread = 0;
    for (String variant : variants) {
      List<Double> rounds = values.getOrDefault(variant, List.of());
      double median = Median.of(rounds);
      row.with(variant, median);
      if (!variant.equals(variants.getFirst())) {
        row.with(variant + " x", median / first);
      }
      if (rounds.size() > 1) {
        double apart = Collections.max(rounds) - Collections.min(rounds);
        spread = Math.max(spread, 100 * apart / Math.abs(median));
      }
    }
    return row.with("spread %", spread);
  }
}
