package io.breakwater.loadtest.bench.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A line of a table: figures and words by column. Confined to one thread. */
public final class Row {
  private final Map<String, Object> cells = new LinkedHashMap<>();

  /** Adds a word. */
  public Row with(String column, String word) {
    cells.put(column, word);
    return this;
  }

  /** Adds a count. */
  public Row with(String column, long count) {
    cells.put(column, count);
    return this;
  }

  /** Adds a figure; NaN: not known. */
  public Row with(String column, double figure) {
    cells.put(column, figure);
    return this;
  }

  /** The same, with these words before it. */
  Row after(Map<String, String> words) {
    Row row = new Row();
    row.cells.putAll(words);
    row.cells.putAll(cells);
    return row;
  }

  /** The words before the first figure, which say what the line is about. */
  Map<String, String> words() {
    Map<String, String> words = new LinkedHashMap<>();
    for (Map.Entry<String, Object> cell : cells.entrySet()) {
      if (!(cell.getValue() instanceof String word)) {
        break;
      }
      words.put(cell.getKey(), word);
    }
    return words;
  }

  /** All figures and counts that are known. */
  Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    cells.forEach(
        (column, cell) -> {
          if (cell instanceof Number number && !Double.isNaN(number.doubleValue())) {
            figures.put(column, number.doubleValue());
          }
        });
    return figures;
  }

  Map<String, Object> cells() {
    return cells;
  }

  /** As a person wants to see it: three digits that mean something. */
  static String text(@Nullable Object cell) {
    return switch (cell) {
      case null -> "";
      case Double figure when figure.isNaN() -> "-";
      case Double figure -> number(figure);
      default -> cell.toString();
    };
  }

  private static String number(double figure) {
    double size = Math.abs(figure);
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f", figure);
  }
}
