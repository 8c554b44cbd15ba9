package io.breakwater.loadtest.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A table and what has to be said about it. Confined to one thread. */
public final class Section {
  private final String title;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, String> context = new LinkedHashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /** Empty. */
  public Section(String title) {
    this.title = title;
  }

  /** Puts a word before all lines that are added from now on. */
  public Section under(String column, String word) {
    context.put(column, word);
    return this;
  }

  /** Appends a line; columns appear in the order of their first use. */
  public Section add(Row row) {
    rows.add(row.after(context));
    return this;
  }

  /** Says something about the figures, once. */
  public Section note(String note) {
    notes.add(note);
    return this;
  }

  /** What it is about. */
  public String title() {
    return title;
  }

  /** Whether it has no line. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  List<Row> rows() {
    return rows;
  }

  Set<String> notes() {
    return notes;
  }

  /** As Markdown, padded so that it reads as plain text too. */
  public String table() {
    StringBuilder text = new StringBuilder("### ").append(title).append('\n');
    if (!rows.isEmpty()) {
      lines(text.append('\n'));
    }
    notes.forEach(note -> text.append("\n- ").append(note));
    return text.append(notes.isEmpty() ? "" : "\n").toString();
  }

  private void lines(StringBuilder text) {
    List<String> columns =
        rows.stream().flatMap(row -> row.cells().keySet().stream()).distinct().toList();
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns);
    for (Row row : rows) {
      lines.add(columns.stream().map(column -> Row.text(row.cells().get(column))).toList());
    }
    List<Integer> widths = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      int column = i;
      widths.add(lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0));
    }
    text.append(line(lines.getFirst(), widths));
    text.append(widths.stream().map("-"::repeat).collect(Collectors.joining(" | ", "| ", " |\n")));
    lines.stream().skip(1).forEach(line -> text.append(line(line, widths)));
  }

  private static String line(List<String> cells, List<Integer> widths) {
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < cells.size(); i++) {
      line.append(' ').append(cells.get(i));
      line.append(" ".repeat(widths.get(i) - cells.get(i).length())).append(" |");
    }
    return line.append('\n').toString();
  }
}
