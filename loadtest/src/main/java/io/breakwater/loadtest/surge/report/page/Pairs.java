package io.breakwater.loadtest.surge.report.page;

import static io.breakwater.loadtest.surge.report.page.Table.Cell.number;
import static io.breakwater.loadtest.surge.report.page.Table.Cell.word;

import io.breakwater.loadtest.bench.measure.Median;
import io.breakwater.loadtest.surge.report.page.Table.Cell;
import io.breakwater.loadtest.surge.report.page.Table.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs that were made in turn, one of each kind, so that a machine that others use too is the same
 * for both of a pair. What counts is the median of the ratios, not the ratio of the medians.
 *
 * @param calm in the order in which they were made
 * @param surge as many
 */
public record Pairs(Group calm, Group surge) {
  /** Checks that they are pairs. */
  public Pairs {
    if (calm.runs().size() != surge.runs().size()) {
      throw new IllegalArgumentException(
          "runs: %d of %s, %d of %s (expected: as many of each)"
              .formatted(calm.runs().size(), calm.name(), surge.runs().size(), surge.name()));
    }
  }

  /**
   * A figure of all runs. NaN of a run that does not count, or does not have it, and of its pair.
   *
   * @param ratios of the second of a pair by the first
   */
  public record Figure(
      String name, List<Double> calm, List<Double> surge, List<Double> ratios, double median) {
    /** Copies the lists. */
    public Figure {
      calm = List.copyOf(calm);
      surge = List.copyOf(surge);
      ratios = List.copyOf(ratios);
    }
  }

  /** Of every figure that a pair has in common. */
  public List<Figure> figures() {
    List<Map<String, Double>> first = headlines(calm);
    List<Map<String, Double>> second = headlines(surge);
    return first.stream()
        .flatMap(each -> each.keySet().stream())
        .distinct()
        .filter(name -> second.stream().anyMatch(each -> each.containsKey(name)))
        .map(name -> figure(name, first, second))
        .toList();
  }

  private static List<Map<String, Double>> headlines(Group group) {
    return group.runs().stream()
        .map(run -> Group.counts(run) ? Headlines.of(run) : Map.<String, Double>of())
        .toList();
  }

  private static Figure figure(
      String name, List<Map<String, Double>> first, List<Map<String, Double>> second) {
    List<Double> calm = values(name, first);
    List<Double> surge = values(name, second);
    List<Double> ratios =
        IntStream.range(0, calm.size()).mapToObj(i -> ratio(surge.get(i), calm.get(i))).toList();
    return new Figure(
        name,
        calm,
        surge,
        ratios,
        Median.of(ratios.stream().filter(each -> !each.isNaN()).toList()));
  }

  private static double ratio(double second, double first) {
    return first == 0 ? Double.NaN : second / first;
  }

  private static List<Double> values(String name, List<Map<String, Double>> runs) {
    return runs.stream()
        .map(each -> Objects.requireNonNullElse(each.get(name), Double.NaN))
        .toList();
  }

  /** What people wait for, at the percentiles that are kept. */
  public static boolean isLatency(String figure) {
    return figure.endsWith(" ms") && figure.contains(", ");
  }

  /** All pairs of a figure in a line, for a terminal. */
  public static String text(Figure figure) {
    return "%s: %s; median of the ratios %s"
        .formatted(
            figure.name(),
            IntStream.range(0, figure.ratios().size())
                .mapToObj(i -> pair(figure, i))
                .collect(Collectors.joining("; ")),
            Numbers.text(figure.median()));
  }

  Table table() {
    List<Cell> columns = new ArrayList<>(List.of(word("figure")));
    IntStream.rangeClosed(1, calm.runs().size()).forEach(i -> columns.add(number("pair " + i)));
    columns.add(number("median of ratios"));
    return new Table(
        "Each pair: %s → %s, × the ratio".formatted(calm.name(), surge.name()),
        columns,
        figures().stream().map(Pairs::row).toList());
  }

  private static Row row(Figure figure) {
    List<Cell> cells = new ArrayList<>(List.of(word(figure.name())));
    IntStream.range(0, figure.ratios().size()).forEach(i -> cells.add(number(pair(figure, i))));
    cells.add(number(figure.median()));
    return new Row(cells, "");
  }

  private static String pair(Figure figure, int i) {
    return "%s → %s, × %s"
        .formatted(
            Numbers.text(figure.calm().get(i)),
            Numbers.text(figure.surge().get(i)),
            Numbers.text(figure.ratios().get(i)));
  }
}
