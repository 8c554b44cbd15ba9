package io.breakwater.loadtest.surge.report.page;

import io.breakwater.loadtest.surge.report.result.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Values per second, made coarse enough for a page.
 *
 * @param seconds that one step lasts
 */
record Steps(int seconds) {
  /** More would neither be seen nor fit. */
  static final int MOST = 900;

  /** So that no line of a timeline has more than {@link #MOST}. */
  static Steps of(Timeline timeline) {
    int longest = lines(timeline).mapToInt(List::size).max().orElse(0);
    return new Steps(Math.max(1, Math.ceilDiv(longest, MOST)));
  }

  private static Stream<List<Double>> lines(Timeline timeline) {
    return Stream.of(
            timeline.arrivals().stream().flatMap(each -> Stream.of(each.intended(), each.done())),
            timeline.latencies().stream().flatMap(each -> Stream.of(each.p50Ms(), each.p99Ms())),
            Stream.of(
                    timeline.goodput(),
                    timeline.sockets(),
                    timeline.cpuCores(),
                    timeline.memoryBytes())
                .flatMap(List::stream)
                .map(Timeline.Series::values),
            Stream.of(timeline.openSignUps(), timeline.waitingLine()))
        .flatMap(each -> each);
  }

  /** For rates. */
  List<Double> mean(List<Double> values) {
    return each(
        values, step -> known(step).mapToDouble(value -> value).average().orElse(Double.NaN));
  }

  /** For what must not be made to look better than it was. */
  List<Double> worst(List<Double> values) {
    return each(values, step -> known(step).mapToDouble(value -> value).max().orElse(Double.NaN));
  }

  private static Stream<Double> known(List<Double> values) {
    return values.stream().filter(value -> !value.isNaN());
  }

  private List<Double> each(List<Double> values, ToDoubleFunction<List<Double>> summary) {
    List<Double> steps = new ArrayList<>();
    for (int i = 0; i < values.size(); i += seconds) {
      steps.add(summary.applyAsDouble(values.subList(i, Math.min(i + seconds, values.size()))));
    }
    return steps;
  }
}
