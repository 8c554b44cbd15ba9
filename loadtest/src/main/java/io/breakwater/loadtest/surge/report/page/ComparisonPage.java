package io.breakwater.loadtest.surge.report.page;

import static io.breakwater.loadtest.surge.report.page.Table.Cell.number;
import static io.breakwater.loadtest.surge.report.page.Table.Cell.word;

import io.breakwater.loadtest.bench.measure.Median;
import io.breakwater.loadtest.surge.report.page.Page.PlotData;
import io.breakwater.loadtest.surge.report.page.Page.Section;
import io.breakwater.loadtest.surge.report.page.Plot.Line;
import io.breakwater.loadtest.surge.report.page.Plot.Stroke;
import io.breakwater.loadtest.surge.report.page.Table.Cell;
import io.breakwater.loadtest.surge.report.page.Table.Row;
import io.breakwater.loadtest.surge.report.result.Judgement;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Several runs of one scenario, side by side. */
public final class ComparisonPage {
  private static final double PERCENT = 100;

  private final String axis;
  private final List<Group> groups;
  private final List<SurgeResult> all;
  private final Optional<Pairs> pairs;

  private ComparisonPage(String axis, List<Group> groups, Optional<Pairs> pairs) {
    this.axis = axis;
    this.pairs = pairs;
    this.groups = groups;
    all = groups.stream().flatMap(group -> group.runs().stream()).toList();
  }

  /**
   * As an HTML file.
   *
   * @param axis what the positions of the groups count, such as {@code gateways}
   * @param groups the first is what the others are compared with
   * @throws IllegalArgumentException if there is none, or they are of different scenarios, by name
   *     or by content
   */
  public static String html(String axis, List<Group> groups) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("groups: 0 (expected: >= 1)");
    }
    return Html.of(new ComparisonPage(axis, groups, Optional.empty()).page());
  }

  /** The same of runs that were made in pairs, pair by pair. */
  public static String html(Pairs pairs) {
    List<Group> groups = List.of(pairs.calm(), pairs.surge());
    return Html.of(new ComparisonPage("", groups, Optional.of(pairs)).page());
  }

  private List<Section> sections(List<Section> others) {
    List<Section> sections = new ArrayList<>();
    pairs.map(ComparisonPage::pairwise).ifPresent(sections::add);
    sections.addAll(others);
    return sections;
  }

  private Page page() {
    List<String> scenarios =
        all.stream().map(each -> each.setting().scenario()).distinct().toList();
    if (scenarios.size() != 1) {
      throw new IllegalArgumentException("scenarios: " + scenarios + " (expected: one)");
    }
    Differences differences = new Differences(groups);
    differences.check();
    List<Plot> plots = plots();
    String first = groups.getFirst().name();
    return new Page(
        "Surge: %s, side by side".formatted(scenarios.getFirst()),
        "%d runs in %d groups, compared with %s".formatted(all.size(), groups.size(), first),
        List.of(),
        List.of(),
        sections(
            List.of(
                Section.of(
                        "Absorbed per second",
                        "A dot is a run, the line goes through the medians. Most per second: "
                            + "the most that was done in any 10 seconds in a row, per second."
                            + (isByNumber()
                                ? " Dashed: what would be proportional to " + first + '.'
                                : ""))
                    .with(perCore().map(each -> new Table[] {each}).orElse(new Table[0]))
                    .with(plots),
                Section.of("Medians", medians(first)).with(sideBySide()),
                differences.section(),
                Section.of("Runs", "").with(runs()))),
        new PlotData(0, 0, isByNumber() ? axis : "", List.of(), plots));
  }

  private static Section pairwise(Pairs pairs) {
    return Section.of(
            "Pair by pair",
            "The two runs of a pair were made one after the other, with one seed. What counts is the"
                + " median of the ratios. Runs that are void, or failed by the ledger, have no figures here.")
        .with(pairs.table());
  }

  private String medians(String first) {
    long left = all.stream().filter(each -> !Group.counts(each)).count();
    return "×: the median by that of %s. Spread: the largest distance between two runs of a group, by its median; a smaller difference is none.%s"
        .formatted(
            first,
            left == 0
                ? ""
                : " Void runs, and those that failed by the ledger, are left out here and in the"
                    + " plots: "
                    + left
                    + '.');
  }

  private boolean isByNumber() {
    return groups.stream().noneMatch(group -> Double.isNaN(group.position()));
  }

  private List<String> streams() {
    return all.stream()
        .flatMap(each -> each.streams().stream())
        .map(Stream::name)
        .distinct()
        .toList();
  }

  private List<Plot> plots() {
    List<Plot> plots = new ArrayList<>();
    for (String stream : streams()) {
      Plot plot = plot("absorbed-" + plots.size(), stream);
      if (plot.hasValues()) {
        plots.add(plot);
      }
    }
    return plots;
  }

  /** The most that was absorbed of a stream, if all runs know it; otherwise the mean. */
  private String absorbed(String stream) {
    return isKnown(Headlines.peak(stream)) ? Headlines.peak(stream) : Headlines.throughput(stream);
  }

  private boolean isKnown(String figure) {
    return groups.stream()
        .flatMap(each -> each.runsThatCount().stream())
        .noneMatch(each -> Double.isNaN(figure(each, figure)));
  }

  /** By the cores of the quotas of those tiers whose number of servers is what varies. */
  private Optional<Table> perCore() {
    Capacity capacity =
        Capacity.of(groups.stream().flatMap(each -> each.runsThatCount().stream()).toList());
    List<String> streams =
        streams().stream().filter(each -> isKnown(Headlines.peak(each))).toList();
    if (capacity.tiers().isEmpty() || streams.isEmpty()) {
      return Optional.empty();
    }
    List<Row> rows =
        streams.stream()
            .map(
                each ->
                    compared(
                        each + ", most/s, 10 s",
                        group ->
                            group.runsThatCount().stream()
                                .map(run -> figure(run, Headlines.peak(each)) / capacity.cores(run))
                                .toList()))
            .toList();
    return Optional.of(
        new Table(
            "Per core of the quota of %s; proportional is × 1.00"
                .formatted(String.join(" and ", capacity.tiers())),
            compared("stream"),
            rows));
  }

  private Plot plot(String id, String stream) {
    String figure = absorbed(stream);
    List<List<Double>> values = groups.stream().map(each -> values(each, figure)).toList();
    List<Double> medians = values.stream().map(Median::of).toList();
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("median", 1, Stroke.SOLID, medians));
    int most = values.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < most; i++) {
      int run = i;
      lines.add(
          new Line(
              "runs",
              2,
              Stroke.POINTS,
              values.stream()
                  .map(each -> run < each.size() ? each.get(run) : Double.NaN)
                  .toList()));
    }
    List<Double> positions = groups.stream().map(Group::position).toList();
    if (isByNumber()) {
      double slope = medians.getFirst() / positions.getFirst();
      lines.add(
          new Line(
              "proportional",
              0,
              Stroke.DASHED,
              positions.stream().map(each -> each * slope).toList()));
    }
    return new Plot(
        id,
        stream,
        figure.equals(Headlines.peak(stream)) ? "most per second, over 10 s" : "done per second",
        false,
        isByNumber() ? List.of() : groups.stream().map(Group::name).toList(),
        isByNumber() ? positions : List.of(),
        lines,
        List.of());
  }

  private Table sideBySide() {
    List<String> figures =
        all.stream().flatMap(each -> Headlines.of(each).keySet().stream()).distinct().toList();
    return new Table(
        "Median of the runs of each group",
        compared("figure"),
        figures.stream().map(each -> compared(each, group -> values(group, each))).toList());
  }

  /** The columns of medians, of ratios to the first, and of the spread. */
  private List<Cell> compared(String what) {
    List<Cell> columns = new ArrayList<>(List.of(word(what), number(groups.getFirst().name())));
    for (Group group : others()) {
      columns.add(number(group.name()));
      columns.add(number("×"));
    }
    columns.add(number("spread %"));
    return columns;
  }

  private Row compared(String figure, Function<Group, List<Double>> values) {
    double first = Median.of(values.apply(groups.getFirst()));
    List<Cell> cells = new ArrayList<>(List.of(word(figure), number(first)));
    for (Group group : others()) {
      double median = Median.of(values.apply(group));
      cells.add(number(median));
      cells.add(number(first == 0 ? Double.NaN : median / first));
    }
    cells.add(
        number(
            groups.stream()
                .mapToDouble(each -> spread(values.apply(each)))
                .filter(each -> !Double.isNaN(each))
                .max()
                .orElse(Double.NaN)));
    return new Row(cells, "");
  }

  private List<Group> others() {
    return groups.subList(1, groups.size());
  }

  /** In percent; NaN of a single value. */
  private static double spread(List<Double> values) {
    double median = Median.of(values);
    return values.size() < 2 || median == 0
        ? Double.NaN
        : PERCENT * (Collections.max(values) - Collections.min(values)) / median;
  }

  private Table runs() {
    List<String> streams = streams();
    List<Cell> columns = new ArrayList<>(List.of(word("group"), word("verdict")));
    for (String each : streams) {
      columns.add(number(Headlines.throughput(each)));
      columns.add(number(Headlines.peak(each)));
    }
    columns.addAll(
        List.of(
            number("lag p99 ms"),
            number("scale"),
            number("clock"),
            number("seed"),
            word("commit"),
            word("date")));
    List<Row> rows = new ArrayList<>();
    for (Group group : groups) {
      group.runs().forEach(run -> rows.add(run(group, run, streams)));
    }
    return new Table("In the order in which they were given", columns, rows);
  }

  private static Row run(Group group, SurgeResult run, List<String> streams) {
    Judgement.Kind verdict = run.judgement().kind();
    Setting setting = run.setting();
    List<Cell> cells =
        new ArrayList<>(
            List.of(
                word(group.name()),
                Cell.judged(
                    verdict == Judgement.Kind.PASSED,
                    verdict == Judgement.Kind.FAILED && !Group.counts(run)
                        ? "failed by the ledger"
                        : verdict.word())));
    for (String each : streams) {
      cells.add(number(figure(run, Headlines.throughput(each))));
      cells.add(number(figure(run, Headlines.peak(each))));
    }
    cells.addAll(
        List.of(
            number(run.generator().lagP99Ms()),
            number("1/" + Numbers.plain(setting.scale())),
            number("×" + Numbers.plain(setting.compress())),
            number(Long.toString(setting.seed())),
            word(setting.commit()),
            word(setting.date())));
    return new Row(cells, "");
  }

  private static double figure(SurgeResult run, String name) {
    return Objects.requireNonNullElse(Headlines.of(run).get(name), Double.NaN);
  }

  private static List<Double> values(Group group, String name) {
    return group.runsThatCount().stream()
        .map(run -> figure(run, name))
        .filter(value -> !value.isNaN())
        .toList();
  }
}
