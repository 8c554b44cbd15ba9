package io.breakwater.loadtest.chaos.report;

import io.breakwater.loadtest.chaos.report.Interruption.Pause;
import java.util.Formatter;
import java.util.Locale;
import java.util.TreeMap;

/** A result for people. */
final class TextReport {
  private final StringBuilder text = new StringBuilder();
  private final Formatter lines = new Formatter(text, Locale.ROOT);

  private TextReport() {}

  static String of(Result result) {
    TextReport report = new TextReport();
    report.lines.format("%s%n", result.judgement().toString().toLowerCase(Locale.ROOT));
    report.broken(result);
    result.doubts().forEach(doubt -> report.lines.format("  no evidence: %s%n", doubt));
    report.figures(result.figures());
    report.sometimes(result);
    report.interruptions(result);
    return report.text.toString();
  }

  private void broken(Result result) {
    new TreeMap<>(result.broken())
        .forEach(
            (promise, times) ->
                lines.format("  %s broken %d times: %s%n", promise, times, promise.what()));
    for (Violation violation : result.violations()) {
      lines.format("  %s: %s%n", violation.promise(), violation.what());
      violation.witness().forEach(fact -> lines.format("      %s%n", fact));
    }
  }

  private void figures(Figures figures) {
    lines.format(
        "  %d facts in %.1f s; %d sends: %d accepted, %d refused, %d unknown, %d open%n",
        figures.facts(),
        figures.lastsMs() / 1000.0,
        figures.invoked(),
        figures.accepted(),
        figures.refused(),
        figures.unknown(),
        figures.open());
    lines.format(
        "  %d delivered, %d repetitions dropped (%.0f per million), %d in storage%n",
        figures.delivered(), figures.repeated(), figures.repeatedPerMillion(), figures.stored());
  }

  private static String text(Pause pause) {
    return String.format(
        Locale.ROOT,
        "%d people, at most %.1f s without an accept, %.1f s without a delivery",
        pause.users(),
        pause.withoutAcceptMs() / 1000.0,
        pause.withoutDeliveryMs() / 1000.0);
  }

  private void sometimes(Result result) {
    new TreeMap<>(result.sometimes())
        .forEach((what, times) -> lines.format("  %-32s %d%n", what, times));
  }

  private void interruptions(Result result) {
    for (Interruption each : result.interruptions()) {
      lines.format("  fault %d, %s: %s", each.fault(), each.what(), text(each.concerned()));
      if (each.others().users() > 0) {
        lines.format("; the others: %s", text(each.others()));
      }
      if (each.afterwards().users() > 0) {
        lines.format("; afterwards: %s", text(each.afterwards()));
      }
      lines.format("%n");
    }
  }
}
