package io.breakwater.loadtest.surge.report.page;

import java.util.List;

/**
 * A table.
 *
 * @param caption above it
 * @param rows each has a cell for each column
 */
record Table(String caption, List<Cell> columns, List<Row> rows) {
  private static final String WORD = "";
  private static final String NUMBER = "n";
  private static final String GOOD = "good";
  private static final String BAD = "bad";

  /**
   * A cell.
   *
   * @param style empty, or n: a number; good; bad
   */
  record Cell(String text, String style) {
    static Cell word(String text) {
      return new Cell(text, WORD);
    }

    static Cell number(String text) {
      return new Cell(text, NUMBER);
    }

    static Cell number(double value) {
      return new Cell(Numbers.text(value), NUMBER);
    }

    static Cell count(long value) {
      return new Cell(Numbers.text(value), NUMBER);
    }

    /** A word that stands out. */
    static Cell judged(boolean isGood, String text) {
      return new Cell(text, isGood ? GOOD : BAD);
    }

    /** A number that should be 0. */
    static Cell fault(long count) {
      return new Cell(Numbers.text(count), count == 0 ? NUMBER : NUMBER + ' ' + BAD);
    }
  }

  /**
   * A line.
   *
   * @param style empty, or total: it sums up those before
   */
  record Row(List<Cell> cells, String style) {
    static Row of(Cell... cells) {
      return new Row(List.of(cells), "");
    }

    static Row total(Cell... cells) {
      return new Row(List.of(cells), "total");
    }
  }
}
