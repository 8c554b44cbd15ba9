package io.breakwater.loadtest.surge.report.page;

import io.breakwater.loadtest.surge.report.page.Page.Moment;
import io.breakwater.loadtest.surge.report.page.Page.PlotData;
import io.breakwater.loadtest.surge.report.page.Plot.Limit;
import io.breakwater.loadtest.surge.report.page.Plot.Line;
import io.breakwater.loadtest.surge.report.page.Plot.Stroke;
import io.breakwater.loadtest.surge.report.result.Objective;
import io.breakwater.loadtest.surge.report.result.Objective.Measure;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.report.result.Timeline;
import io.breakwater.loadtest.surge.report.result.Timeline.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A run over time. Plots without a value are left out. */
final class RunPlots {
  private static final int QUIET = 0;
  private static final int FIRST = 1;
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  private final SurgeResult result;
  private final Timeline timeline;
  private final Steps steps;
  private final List<String> populations;
  private final List<String> tiers;

  RunPlots(SurgeResult result) {
    this.result = result;
    timeline = result.timeline();
    steps = Steps.of(timeline);
    // A population and a tier have one colour in all plots.
    populations =
        timeline.latencies().stream().map(each -> each.population()).distinct().sorted().toList();
    tiers =
        Stream.of(timeline.cpuCores(), timeline.memoryBytes())
            .flatMap(List::stream)
            .map(Series::name)
            .distinct()
            .toList();
  }

  int stepSeconds() {
    return steps.seconds();
  }

  PlotData data() {
    List<Moment> marks =
        timeline.marks().stream().map(each -> new Moment(each.atSeconds(), each.label())).toList();
    return new PlotData(steps.seconds(), result.setting().seconds(), "", marks, all());
  }

  List<Plot> all() {
    return Stream.of(arrivals(), goodput(), latencies(), waitingLine(), sockets(), tiers())
        .flatMap(List::stream)
        .filter(Plot::hasValues)
        .toList();
  }

  private List<Plot> arrivals() {
    List<Plot> plots = new ArrayList<>();
    for (Timeline.Arrivals each : timeline.arrivals()) {
      plots.add(
          Plot.of(
              "arrivals-" + plots.size(),
              "Arrivals: " + each.stream(),
              "per second",
              List.of(
                  new Line("intended", QUIET, Stroke.AREA, steps.mean(each.intended())),
                  new Line("done", FIRST, Stroke.SOLID, steps.mean(each.done())))));
    }
    return plots;
  }

  private List<Plot> goodput() {
    return List.of(
        Plot.of("goodput", "Goodput", "per second", lines(timeline.goodput(), steps::mean)));
  }

  private List<Plot> latencies() {
    return Arrays.stream(Phase.values()).map(this::latencies).toList();
  }

  private Plot latencies(Phase phase) {
    List<Line> lines = new ArrayList<>();
    for (Timeline.Latencies each : timeline.latencies()) {
      if (each.phase() == phase) {
        String of = each.population();
        lines.add(new Line(of + ", p99", colour(of), Stroke.SOLID, steps.worst(each.p99Ms())));
        lines.add(new Line(of + ", p50", colour(of), Stroke.DASHED, steps.worst(each.p50Ms())));
      }
    }
    List<Limit> limits =
        result.objectives().stream()
            .filter(each -> each.phase() == phase && each.measure() == Measure.LATENCY)
            .map(this::limit)
            .toList();
    return Plot.of("latency-" + phase.key(), "Latency: " + phase.title(), "ms", lines)
        .logarithmic()
        .with(limits);
  }

  private Limit limit(Objective objective) {
    String label =
        "limit: %s of %s %s ms"
            .formatted(objective.what(), objective.population(), Numbers.text(objective.limit()));
    return new Limit(label, colour(objective.population()), objective.limit());
  }

  private int colour(String population) {
    return FIRST + Math.max(0, populations.indexOf(population));
  }

  private List<Plot> waitingLine() {
    if (result.phases().stream().noneMatch(each -> each.phase() == Phase.SIGN_UP)) {
      return List.of();
    }
    List<Line> lines = new ArrayList<>();
    // Who was told to come back later, or has not come through yet, is in no line.
    if (!timeline.openSignUps().isEmpty()) {
      lines.add(new Line("not done yet", QUIET, Stroke.AREA, steps.worst(timeline.openSignUps())));
    }
    lines.add(new Line("in line", FIRST, Stroke.SOLID, steps.worst(timeline.waitingLine())));
    return List.of(Plot.of("waiting-line", "Open sign-ups", "sign-ups", lines));
  }

  private List<Plot> sockets() {
    return List.of(
        Plot.of(
            "sockets",
            "Open sockets by gateway",
            "sockets",
            lines(timeline.sockets(), steps::mean)));
  }

  private List<Plot> tiers() {
    List<Limit> quotas =
        result.setting().quotas().stream()
            .filter(each -> tiers.contains(each.tier()))
            .map(
                each ->
                    new Limit(
                        "quota " + each.tier() + ": " + Numbers.plain(each.cores()),
                        FIRST + tiers.indexOf(each.tier()),
                        each.cores()))
            .toList();
    return List.of(
        Plot.of("cpu", "CPU by tier", "cores", byTier(timeline.cpuCores(), 1)).with(quotas),
        Plot.of(
            "memory", "Memory by tier", "MiB", byTier(timeline.memoryBytes(), BYTES_PER_MEBIBYTE)));
  }

  private List<Line> byTier(List<Series> all, double unit) {
    return all.stream()
        .map(
            each ->
                new Line(
                    each.name(),
                    FIRST + tiers.indexOf(each.name()),
                    Stroke.SOLID,
                    steps.mean(each.values()).stream().map(value -> value / unit).toList()))
        .toList();
  }

  private static List<Line> lines(List<Series> all, UnaryOperator<List<Double>> coarse) {
    List<Line> lines = new ArrayList<>();
    for (Series each : all) {
      lines.add(
          new Line(each.name(), FIRST + lines.size(), Stroke.SOLID, coarse.apply(each.values())));
    }
    return lines;
  }
}
