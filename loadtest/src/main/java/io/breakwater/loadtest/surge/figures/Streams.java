package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.Timeline;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.util.ArrayList;
import java.util.List;

/**
 * Arrivals: what was due, and what was done of it. First messages of newcomers are no arrivals of
 * the schedule; they are a stream of their own, due when they are written.
 */
final class Streams {
  private static final class Counts {
    private final String name;
    private final double[] intended;
    private final double[] done;
    private long due;
    private long nobody;
    private long replaced;
    private long all;
    private long inSchedule;

    Counts(String name, int seconds) {
      this.name = name;
      intended = new double[seconds];
      done = new double[seconds];
    }
  }

  private static final int PEAK_SECONDS = 10;

  private final Span span;
  private final double scheduleSeconds;
  private final long scheduleEndNanos;
  private final List<Counts> arrivals = new ArrayList<>();
  private final List<Counts> firstMessages = new ArrayList<>();

  Streams(Scenario scenario, Span span) {
    this.span = span;
    scheduleSeconds = scenario.duration().toNanos() / 1e9;
    scheduleEndNanos = span.beginNanos() + scenario.duration().toNanos();
    for (ArrivalStream stream : scenario.streams()) {
      arrivals.add(new Counts(stream.name(), span.seconds()));
      firstMessages.add(new Counts(stream.name() + ": first messages", span.seconds()));
    }
  }

  void due(int stream, long intendedNanos, Fact.By by) {
    Counts counts = arrivals.get(stream);
    due(counts, intendedNanos);
    if (!span.isBefore(intendedNanos)) {
      switch (by) {
        case NOBODY -> counts.nobody++;
        case ANOTHER -> counts.replaced++;
        case SOMEBODY -> {}
      }
    }
  }

  void done(int stream, long intendedNanos, long doneNanos) {
    done(arrivals.get(stream), intendedNanos, doneNanos);
  }

  void firstMessageDue(int stream, long intendedNanos) {
    due(firstMessages.get(stream), intendedNanos);
  }

  void firstMessageDone(int stream, long intendedNanos, long doneNanos) {
    done(firstMessages.get(stream), intendedNanos, doneNanos);
  }

  private void due(Counts counts, long intendedNanos) {
    if (!span.isBefore(intendedNanos)) {
      counts.due++;
      counts.intended[span.second(intendedNanos)]++;
    }
  }

  private void done(Counts counts, long intendedNanos, long doneNanos) {
    if (!span.isBefore(intendedNanos)) {
      counts.all++;
      counts.done[span.second(doneNanos)]++;
      if (doneNanos <= scheduleEndNanos) {
        counts.inSchedule++;
      }
    }
  }

  private List<Counts> all() {
    List<Counts> all = new ArrayList<>(arrivals);
    firstMessages.stream().filter(each -> each.due > 0).forEach(all::add);
    return all;
  }

  List<Stream> totals() {
    return all().stream()
        .map(
            each ->
                new Stream(
                    each.name,
                    each.due,
                    each.nobody,
                    each.replaced,
                    each.all,
                    each.inSchedule / scheduleSeconds,
                    peak(each.done)))
        .toList();
  }

  /** The most in any {@link #PEAK_SECONDS} in a row, or in all if they are fewer; per second. */
  private static double peak(double[] done) {
    int length = Math.min(PEAK_SECONDS, done.length);
    double sum = 0;
    double most = 0;
    for (int second = 0; second < done.length; second++) {
      sum += done[second];
      if (second >= length) {
        sum -= done[second - length];
      }
      most = Math.max(most, sum);
    }
    return most / length;
  }

  List<Timeline.Arrivals> series() {
    return all().stream()
        .map(
            each ->
                new Timeline.Arrivals(
                    each.name, Seconds.list(each.intended), Seconds.list(each.done)))
        .toList();
  }
}
