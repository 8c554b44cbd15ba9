package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.surge.report.result.Ledger;
import io.breakwater.loadtest.surge.report.result.PhaseFigures;
import io.breakwater.loadtest.surge.report.result.Refusal;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The most important figures of a run, for a terminal. Pure. */
final class Summary {
  private static final String UNKNOWN = "–";

  private Summary() {}

  static String text(SurgeResult result) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%-22s %-12s %9s %10s %10s %10s",
            "phase",
            "of",
            "count",
            "p50 ms",
            "p99 ms",
            "max ms"));
    result.phases().stream()
        .filter(each -> each.count() > 0)
        .map(Summary::phase)
        .forEach(lines::add);
    lines.add("");
    result.streams().stream().map(Summary::stream).forEach(lines::add);
    result.refusals().stream().map(Summary::refusal).forEach(lines::add);
    lines.add(ledger(result.ledger()));
    lines.add(
        String.format(
            Locale.ROOT,
            "generator: lag p99 %s ms, %s us of CPU a message, %d phones in %d processes",
            number("%.1f", result.generator().lagP99Ms()),
            number("%.0f", result.generator().cpuMicrosPerMessage()),
            result.generator().phones(),
            result.generator().processes()));
    return String.join(System.lineSeparator(), lines);
  }

  /** A dash for what is not known. */
  private static String number(String format, double value) {
    return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, format, value);
  }

  private static String phase(PhaseFigures each) {
    return String.format(
        Locale.ROOT,
        "%-22s %-12s %9d %10.1f %10.1f %10.1f",
        each.phase().title(),
        each.population(),
        each.count(),
        each.p50Ms(),
        each.p99Ms(),
        each.maxMs());
  }

  private static String stream(Stream each) {
    return String.format(
        Locale.ROOT,
        "%s: %d intended,%s %d done, %.1f/s",
        each.name(),
        each.intended(),
        each.lacksPeople()
            ? String.format(Locale.ROOT, " of which %.1f %% had nobody,", each.nobodyPercent())
            : "",
        each.done(),
        each.perSecond());
  }

  private static String refusal(Refusal each) {
    return String.format(Locale.ROOT, "refused for now, %s: %d times", each.reason(), each.count());
  }

  private static String ledger(Ledger ledger) {
    return String.format(
        Locale.ROOT,
        "ledger: %d owed, %d delivered; %d lost, %d doubled, %d reordered, %d unaccounted, %d not asked for",
        ledger.accepted(),
        ledger.delivered(),
        ledger.lost(),
        ledger.doubled(),
        ledger.reordered(),
        ledger.unaccounted(),
        ledger.waiting());
  }
}
