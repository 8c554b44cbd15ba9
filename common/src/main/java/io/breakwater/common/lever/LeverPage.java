package io.breakwater.common.lever;

import io.breakwater.common.admin.AdminPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code /levers}: shows them (GET, {@code /levers?NAME} one of them) and moves one (POST, {@code
 * /levers?NAME=VALUE}).
 */
public final class LeverPage {
  private static final List<String> HEADING =
      List.of("LEVER", "VALUE", "DEFAULT", "UNIT", "RANGE", "SET");

  private LeverPage() {}

  /** That of these levers. */
  public static AdminPage of(Levers levers) {
    return new AdminPage(
        "/levers",
        query -> show(query.map(levers::standing).map(List::of).orElseGet(levers::standings)),
        Optional.of((query, by) -> move(levers, query, by)));
  }

  private static String move(Levers levers, Optional<String> query, String by) {
    String[] parts = query.orElse("").split("=", 2);
    if (parts.length < 2) {
      throw new IllegalArgumentException(
          "query: %s (expected: NAME=VALUE)".formatted(query.orElse("none")));
    }
    List<Change> changes = levers.set(parts[0], parts[1], by);
    return changes.isEmpty()
        ? "nothing to change\n"
        : changes.stream().map(change -> change + "\n").collect(Collectors.joining());
  }

  private static String show(List<Lever.Standing> standings) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADING));
    for (Lever.Standing each : standings) {
      rows.add(
          List.of(each.name(), each.value(), each.first(), each.unit(), each.range(), each.set()));
    }
    int[] widths =
        IntStream.range(0, HEADING.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining());
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
    }
    return line.toString().stripTrailing() + '\n';
  }
}
