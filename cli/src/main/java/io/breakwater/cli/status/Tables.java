package io.breakwater.cli.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** What a status shows: a table for each kind of process, or the same as JSON. */
final class Tables {
  /** Of a meter that the process does not have. */
  private static final String MISSING = "-";

  private static final String BETWEEN = "  ";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Tables() {}

  private static List<Figure> figures(RunFile.Kind kind) {
    return switch (kind) {
      case CASSANDRA -> List.of();
      case DELIVERY ->
          List.of(
              Figure.of("view", "breakwater_delivery_view"),
              Figure.of("members", "breakwater_delivery_members"),
              shards("home"),
              shards("gaining"),
              Figure.of("sessions", "breakwater_delivery_sessions"),
              Figure.of("backlog", "breakwater_delivery_journal_backlog"),
              Figure.of("tail", "breakwater_delivery_tail_entries"),
              Figure.of("queued", "breakwater_delivery_lane_queue"));
      case GATEWAY ->
          List.of(
              Figure.of("view", "breakwater_gateway_view"),
              Figure.of("connections", "breakwater_gateway_connections"),
              Figure.of("sessions", "breakwater_gateway_sessions"),
              Figure.of("trunks", "breakwater_gateway_trunks_open"));
    };
  }

  private static Figure shards(String standing) {
    return new Figure(standing, "breakwater_delivery_shards", Map.of("standing", standing));
  }

  private static String serves(RunFile.Kind kind) {
    return switch (kind) {
      case CASSANDRA -> "cql";
      case DELIVERY -> "trunks";
      case GATEWAY -> "clients";
    };
  }

  /** For a person; ends with a line feed. */
  static String text(List<Condition> conditions) {
    StringBuilder text = new StringBuilder();
    for (RunFile.Kind kind : RunFile.Kind.values()) {
      List<Condition> own = conditions.stream().filter(c -> c.process().kind() == kind).toList();
      if (!own.isEmpty()) {
        text.append(text.isEmpty() ? "" : "\n").append(table(kind, own));
      }
    }
    conditions.stream()
        .filter(condition -> !condition.isReady())
        .map(Tables::explanation)
        .forEach(line -> text.append('\n').append(line));
    return text.append(text.charAt(text.length() - 1) == '\n' ? "" : "\n").toString();
  }

  private static String explanation(Condition condition) {
    RunFile.Entry process = condition.process();
    return "%s is %s: %s%s"
        .formatted(
            process.name(),
            condition.state(),
            condition.why(),
            process.isOurs() ? "; log " + process.log() : "");
  }

  private static String table(RunFile.Kind kind, List<Condition> conditions) {
    List<List<String>> rows = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of(name(kind), "pid", serves(kind), "state"));
    figures(kind).forEach(figure -> heading.add(figure.name()));
    rows.add(heading.stream().map(word -> word.toUpperCase(Locale.ROOT)).toList());
    conditions.forEach(condition -> rows.add(row(kind, condition)));
    return aligned(rows);
  }

  private static List<String> row(RunFile.Kind kind, Condition condition) {
    List<String> row = new ArrayList<>();
    row.add(condition.process().name());
    row.add(condition.pid().isPresent() ? Long.toString(condition.pid().getAsLong()) : MISSING);
    row.add(condition.process().serves());
    row.add(condition.state().toString());
    figures(kind).forEach(figure -> row.add(number(figure.read(condition.samples()))));
    return row;
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? Long.toString(Math.round(value.getAsDouble())) : MISSING;
  }

  private static String aligned(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        int here = column;
        int width = rows.stream().mapToInt(other -> other.get(here).length()).max().orElse(0);
        line.append(cell).append(" ".repeat(width - cell.length())).append(BETWEEN);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String name(RunFile.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** For scripts; meters that a process does not have are null. */
  static String json(List<Condition> conditions) {
    ObjectNode root = JSON.createObjectNode();
    root.put("ready", !conditions.isEmpty() && conditions.stream().allMatch(Condition::isReady));
    ArrayNode processes = root.putArray("processes");
    conditions.forEach(condition -> processes.add(json(condition)));
    return root.toPrettyString() + "\n";
  }

  private static ObjectNode json(Condition condition) {
    RunFile.Entry process = condition.process();
    ObjectNode node = JSON.createObjectNode();
    node.put("name", process.name());
    node.put("tier", name(process.kind()));
    node.put("pid", condition.pid().isPresent() ? condition.pid().getAsLong() : null);
    node.put("serves", process.serves());
    node.put("admin", process.admin());
    node.put("log", process.isOurs() ? process.log() : null);
    node.put("state", condition.state().toString());
    node.put("why", condition.isReady() ? null : condition.why());
    ObjectNode figures = node.putObject("figures");
    for (Figure figure : figures(process.kind())) {
      OptionalDouble value = figure.read(condition.samples());
      figures.put(figure.name(), value.isPresent() ? Math.round(value.getAsDouble()) : null);
    }
    return node;
  }
}
