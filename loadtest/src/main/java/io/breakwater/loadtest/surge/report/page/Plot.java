package io.breakwater.loadtest.surge.report.page;

import java.util.List;

/**
 * A plot.
 *
 * @param id of its element
 * @param unit of the vertical axis
 * @param isLogarithmic the vertical axis
 * @param categories of the horizontal axis, if it is neither the time nor a number
 * @param positions on the horizontal axis, if it is a number
 */
record Plot(
    String id,
    String title,
    String unit,
    boolean isLogarithmic,
    List<String> categories,
    List<Double> positions,
    List<Line> lines,
    List<Limit> limits) {

  /** Over time, from 0. */
  static Plot of(String id, String title, String unit, List<Line> lines) {
    return new Plot(id, title, unit, false, List.of(), List.of(), lines, List.of());
  }

  Plot logarithmic() {
    return new Plot(id, title, unit, true, categories, positions, lines, limits);
  }

  Plot with(List<Limit> more) {
    return new Plot(id, title, unit, isLogarithmic, categories, positions, lines, more);
  }

  /** Whether any line has a value. */
  boolean hasValues() {
    return lines.stream()
        .flatMap(line -> line.values().stream())
        .anyMatch(value -> !Double.isNaN(value));
  }

  /**
   * A line.
   *
   * @param colour which of the palette; 0 is a quiet one
   * @param values one for each step or category; NaN: none
   */
  record Line(String name, int colour, Stroke stroke, List<Double> values) {}

  /** How a line looks. */
  enum Stroke {
    SOLID,
    DASHED,
    /** Filled below. */
    AREA,
    /** No line at all. */
    POINTS
  }

  /** A horizontal line. */
  record Limit(String label, int colour, double value) {}
}
