package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.report.result.Refusal;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What was refused, for now or for good, by what it was and why. */
final class Refusals {
  private static final int DIGITS = 3;

  private static final class Counts {
    private final Histogram returnAfterMs = new Histogram(DIGITS);
    private long count;
  }

  private final Span span;
  private final SortedMap<String, Counts> reasons = new TreeMap<>();

  Refusals(Span span) {
    this.span = span;
  }

  void refused(Fact.Refused fact) {
    if (!span.isBefore(fact.atNanos())) {
      Counts counts = of(fact.what() + ": " + fact.reason());
      counts.count++;
      if (fact.returnAfterMs() > 0) {
        counts.returnAfterMs.recordValue(fact.returnAfterMs());
      }
    }
  }

  void rejected(Fact.Rejected fact) {
    if (!span.isBefore(fact.atNanos())) {
      of("send, for good: " + fact.reason()).count++;
    }
  }

  private Counts of(String reason) {
    return reasons.computeIfAbsent(reason, _ -> new Counts());
  }

  List<Refusal> totals() {
    return reasons.entrySet().stream()
        .map(
            each -> {
              Counts counts = each.getValue();
              return new Refusal(
                  each.getKey(),
                  counts.count,
                  returnAfterMs(counts, 50),
                  returnAfterMs(counts, 100));
            })
        .toList();
  }

  private static double returnAfterMs(Counts counts, double percentile) {
    return counts.returnAfterMs.getTotalCount() == 0
        ? Double.NaN
        : counts.returnAfterMs.getValueAtPercentile(percentile);
  }
}
