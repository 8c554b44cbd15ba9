package io.breakwater.loadtest.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** All sections of a run, and under which circumstances they came about. Confined to one thread. */
public final class Report {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final String BESIDES = " / ";

  private final Map<String, String> circumstances;
  private final Map<String, Section> sections = new LinkedHashMap<>();

  /**
   * @param circumstances commit, command, machine and so on
   */
  public Report(Map<String, String> circumstances) {
    this.circumstances = new LinkedHashMap<>(circumstances);
  }

  /** Says something more about the circumstances; another thing of the same name besides it. */
  public void circumstance(String name, String value) {
    circumstances.merge(
        name,
        value,
        (earlier, later) ->
            (BESIDES + earlier + BESIDES).contains(BESIDES + later + BESIDES)
                ? earlier
                : earlier + BESIDES + later);
  }

  /**
   * Appends a section, unless there is one of that title.
   *
   * @return that which is in the report
   */
  public Section add(Section section) {
    return sections.computeIfAbsent(section.title(), _ -> section);
  }

  /** The circumstances, a line each. */
  public String heading() {
    StringBuilder text = new StringBuilder();
    circumstances.forEach((name, value) -> text.append("%-10s %s%n".formatted(name, value)));
    return text.toString();
  }

  /** All that has lines or notes of a failure. */
  public String tables() {
    return sections.values().stream()
        .filter(section -> !section.isEmpty() || section.title().endsWith("FAILED"))
        .map(Section::table)
        .collect(Collectors.joining("\n"));
  }

  /** For programs: figures unrounded; what is not known is null. */
  public String json() {
    ObjectNode root = JSON.createObjectNode();
    circumstances.forEach(root::put);
    ArrayNode all = root.putArray("sections");
    for (Section section : sections.values()) {
      ObjectNode one = all.addObject().put("title", section.title());
      ArrayNode rows = one.putArray("rows");
      section.rows().forEach(row -> put(row, rows.addObject()));
      ArrayNode notes = one.putArray("notes");
      section.notes().forEach(notes::add);
    }
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree can be written", e);
    }
  }

  private static void put(Row row, ObjectNode node) {
    row.cells()
        .forEach(
            (column, cell) -> {
              switch (cell) {
                case Double figure when figure.isNaN() -> node.putNull(column);
                case Double figure -> node.put(column, figure);
                case Long count -> node.put(column, count);
                default -> node.put(column, cell.toString());
              }
            });
  }
}
