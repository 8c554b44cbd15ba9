package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.report.result.WaitingLine;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What people in line were told, against how long they waited. Keeps what they were told until they
 * are done: each generator says both of its own newcomers, in order.
 */
final class Estimates {
  private static final int DIGITS = 3;
  private static final double MS = 1e6;
  private static final double LEAST_MS = 1_000;

  /** Errors are kept in thousandths of what was waited; beyond 1000 times they are all the same. */
  private static final double THOUSANDTHS = 1_000;

  private static final double MOST = 1_000 * THOUSANDTHS;

  /** What one was told: when, and how long still, in turn. */
  private static final class Told {
    private final Longs atNanos = new Longs(0);
    private final Longs estimateMs = new Longs(0);
  }

  private final Span span;
  private final Map<Fact.Who, Told> waiting = new HashMap<>();
  private final Histogram errors = new Histogram(DIGITS);
  private long people;
  private long told;
  private long longestPlace;

  Estimates(Span span) {
    this.span = span;
  }

  void queued(Fact.Queued fact) {
    if (span.isBefore(fact.atNanos())) {
      return;
    }
    Told all = waiting.computeIfAbsent(fact.who(), _ -> newcomer());
    all.atNanos.add(fact.atNanos());
    all.estimateMs.add(fact.estimateMs());
    told++;
    longestPlace = Math.max(longestPlace, fact.place());
  }

  private Told newcomer() {
    people++;
    return new Told();
  }

  void signedUp(Fact.SignedUp fact) {
    Told all = waiting.remove(fact.who());
    if (all == null) {
      return;
    }
    for (int i = 0; i < all.atNanos.size(); i++) {
      double tookMs = (fact.doneNanos() - all.atNanos.get(i)) / MS;
      double error = Math.abs(all.estimateMs.get(i) - tookMs) / Math.max(LEAST_MS, tookMs);
      errors.recordValue(Math.round(Math.min(MOST, error * THOUSANDTHS)));
    }
  }

  WaitingLine figures() {
    return new WaitingLine(
        people, told, longestPlace, errors.getTotalCount(), percent(50), percent(90));
  }

  private double percent(double percentile) {
    return errors.getTotalCount() == 0
        ? Double.NaN
        : errors.getValueAtPercentile(percentile) / THOUSANDTHS * 100;
  }
}
