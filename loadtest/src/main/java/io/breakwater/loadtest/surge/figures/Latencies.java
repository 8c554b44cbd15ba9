package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.PhaseFigures;
import io.breakwater.loadtest.surge.report.result.Timeline;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** All phases of all populations. What began before the run is in none of them. */
final class Latencies {
  private final Span span;
  private final List<String> populations;
  private final Map<Phase, List<PhaseTimes>> times = new EnumMap<>(Phase.class);

  Latencies(Scenario scenario, Span span) {
    this.span = span;
    populations = scenario.populations().stream().map(Population::name).toList();
    long scheduleEnd = span.beginNanos() + scenario.duration().toNanos();
    for (Phase phase : Phase.values()) {
      times.put(phase, populations.stream().map(_ -> new PhaseTimes(span, scheduleEnd)).toList());
    }
  }

  void ended(Phase phase, int population, long fromNanos, long toNanos) {
    if (!span.isBefore(fromNanos)) {
      of(phase, population).ended(fromNanos, toNanos);
    }
  }

  /** It had no end when the run ended. */
  void open(Phase phase, int population, long fromNanos) {
    open(phase, population, fromNanos, span.endNanos());
  }

  /** It had no end when nobody waited for it any more. */
  void open(Phase phase, int population, long fromNanos, long untilNanos) {
    if (!span.isBefore(fromNanos)) {
      of(phase, population).open(fromNanos, untilNanos);
    }
  }

  /** It came to a bad end. */
  void failed(Phase phase, int population, long fromNanos) {
    if (!span.isBefore(fromNanos)) {
      of(phase, population).failed();
    }
  }

  PhaseTimes of(Phase phase, String population) {
    return of(phase, populations.indexOf(population));
  }

  private PhaseTimes of(Phase phase, int population) {
    List<PhaseTimes> all = times.getOrDefault(phase, List.of());
    if (population < 0 || population >= all.size()) {
      throw new IllegalArgumentException(
          "population: %d (expected: 0..%d)".formatted(population, all.size() - 1));
    }
    return all.get(population);
  }

  List<PhaseFigures> figures() {
    return each((phase, population) -> of(phase, population).figures(phase, population));
  }

  List<Timeline.Latencies> series() {
    return each((phase, population) -> of(phase, population).series(phase, population));
  }

  /** What came to its end per second, all populations. */
  double[] perSecond(Phase phase) {
    double[] sum = new double[span.seconds()];
    for (PhaseTimes each : times.getOrDefault(phase, List.of())) {
      Seconds.addTo(sum, each.perSecond());
    }
    return sum;
  }

  private <T> List<T> each(BiFunction<Phase, String, T> make) {
    List<T> made = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      for (String population : populations) {
        if (!of(phase, population).isEmpty()) {
          made.add(make.apply(phase, population));
        }
      }
    }
    return made;
  }
}
