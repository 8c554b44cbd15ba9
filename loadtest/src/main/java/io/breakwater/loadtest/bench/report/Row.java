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
