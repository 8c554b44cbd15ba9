package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.report.result.Disconnect;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Connections that ended against the will of their phones, by reason. */
final class Disconnects {
  private final Span span;
  private final SortedMap<String, Long> reasons = new TreeMap<>();

  Disconnects(Span span) {
    this.span = span;
  }

  void lost(Fact.Lost fact) {
    if (!span.isBefore(fact.atNanos())) {
      reasons.merge(fact.reason(), 1L, Long::sum);
    }
  }

  List<Disconnect> totals() {
    return reasons.entrySet().stream()
        .map(each -> new Disconnect(each.getKey(), each.getValue()))
        .toList();
  }
}
