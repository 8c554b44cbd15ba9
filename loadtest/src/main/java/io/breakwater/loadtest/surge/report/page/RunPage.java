package io.breakwater.loadtest.surge.report.page;

import io.breakwater.loadtest.surge.report.page.Page.Banner;
import io.breakwater.loadtest.surge.report.page.Page.Figure;
import io.breakwater.loadtest.surge.report.page.Page.Quote;
import io.breakwater.loadtest.surge.report.page.Page.Section;
import io.breakwater.loadtest.surge.report.result.Judgement;
import io.breakwater.loadtest.surge.report.result.Ledger;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.PhaseFigures;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** One run. */
public final class RunPage {
  private RunPage() {}

  /** As an HTML file. */
  public static String html(SurgeResult result) {
    return Html.of(page(result));
  }

  private static Page page(SurgeResult result) {
    Setting setting = result.setting();
    String lead =
        "%s · commit %s · scale 1/%s · clock ×%s · seed %d"
            .formatted(
                setting.date(),
                setting.commit(),
                Numbers.plain(setting.scale()),
                Numbers.plain(setting.compress()),
                setting.seed());
    RunPlots plots = new RunPlots(result);
    return new Page(
        "Surge: " + setting.scenario(),
        lead,
        List.of(banner(result.judgement())),
        figures(result),
        sections(result, plots),
        plots.data());
  }

  private static Banner banner(Judgement judgement) {
    return switch (judgement.kind()) {
      case PASSED ->
          new Banner(
              "passed",
              "✓",
              "Passed",
              "All limits were kept, every accepted message arrived once and in order.",
              judgement.reasons());
      case FAILED -> new Banner("failed", "✗", "Failed", "", judgement.reasons());
      case VOID ->
          new Banner(
              "void",
              "?",
              "Void",
              "The run was not what the scenario says, so that no figure below says anything about"
                  + " the tier: neither the good ones nor the bad ones.",
              judgement.reasons());
    };
  }

  private static List<Figure> figures(SurgeResult result) {
    List<Figure> figures = new ArrayList<>();
    for (PhaseFigures each : deliveries(result)) {
      figures.add(
          new Figure(
              Numbers.text(each.p99Ms()) + " ms",
              each.phase().title() + ", p99, " + each.population()));
    }
    result
        .streams()
        .forEach(
            each ->
                figures.add(new Figure(Numbers.text(each.perSecond()), each.name() + "/s done")));
    Ledger ledger = result.ledger();
    figures.add(
        new Figure(
            Numbers.text(ledger.astray()),
            "astray of " + Numbers.text(ledger.accepted()) + " accepted messages"));
    return figures;
  }

  /** What existing users wait for; if they wrote nothing to anybody online, what else there is. */
  private static List<PhaseFigures> deliveries(SurgeResult result) {
    // Who signs up is a newcomer.
    Set<String> newcomers =
        result.phases().stream()
            .filter(each -> each.phase() == Phase.SIGN_UP)
            .map(PhaseFigures::population)
            .collect(Collectors.toSet());
    List<PhaseFigures> all =
        result.phases().stream()
            .filter(each -> each.phase() == Phase.SEND_TO_DELIVERED && each.count() > 0)
            .filter(each -> !newcomers.contains(each.population()))
            .toList();
    return all.isEmpty()
        ? result.phases().stream()
            .filter(each -> each.phase() == Phase.ACCEPTED_TO_DELIVERED)
            .toList()
        : all;
  }

  private static List<Section> sections(SurgeResult result, RunPlots plots) {
    Setting setting = result.setting();
    return List.of(
        Section.of("Limits", "")
            .with(RunTables.objectives(result.objectives(), result.isTelling())),
        Section.of("Over time", overTime(setting, plots)).with(plots.all()),
        Section.of(
                "Phases",
                Arrays.stream(Phase.values())
                    .map(phase -> phase.title() + ": " + phase.explanation() + ".")
                    .collect(
                        Collectors.joining(
                            "\n",
                            "",
                            "\nOpen still: without an end when the run ended; they count with the"
                                + " time that they had waited by then.")))
            .with(RunTables.phases(result.phases())),
        Section.of(
                "Goodput and refusals",
                """
                For nobody: arrivals for which the scenario had nobody, such as a connect when all\
                 are online; they are none of the 100 %.
                By another: messages whose drawn writer was not online, so that somebody else wrote.
                Most /s, 10 s: the most that was done in any 10 seconds in a row, per second.\
                """
                    + lackingPeople(result))
            .with(
                RunTables.streams(result.streams()),
                RunTables.refusals(result.refusals()),
                RunTables.disconnects(result.disconnects())),
        Section.of(
                "Line",
                "What those who signed up were told while they waited, against how long they did.")
            .with(RunTables.line(result.line())),
        Section.of(
                "Ledger",
                "Each accepted message is in one of the rows from delivered to waiting, once for"
                    + " each device it is for. What is astray, or could not be asked for, is in the"
                    + " rows that should be 0: all but accepted, delivered and repeated. A device drops"
                    + " what it has seen by its origin; doubled is what passes that, repeated what does"
                    + " not.")
            .with(RunTables.ledger(result.ledger())),
        Section.of("Server side", "")
            .with(
                RunTables.processes(result.servers(), setting.seconds()),
                RunTables.statements(result.servers())),
        Section.of(
                "Generator",
                "It sends by a schedule that does not wait for answers; every latency counts from"
                    + " the intended time. Lag is how late it was itself.")
            .with(RunTables.generator(result.generator())),
        Section.of("Fact", "What is known of the real event.")
            .quoting(
                setting.facts().stream()
                    .map(each -> new Quote(each.text(), each.source()))
                    .toList()),
        Section.of("Model", setting.model()),
        Section.of("How to run it again", "")
            .showing(setting.command())
            .with(RunTables.setting(setting)));
  }

  /** Who is stuck is not there for what would come next: that is no goodput, and no loss of it. */
  private static String lackingPeople(SurgeResult result) {
    return result.streams().stream()
        .filter(Stream::lacksPeople)
        .map(
            each ->
                "\n%s %% of %s had nobody: goodput and limits leave them out. Where people are stuck,"
                        .formatted(Numbers.text(each.nobodyPercent()), each.name())
                    + " in a line or without a session, that hides how bad it is.")
        .collect(Collectors.joining());
  }

  private static String overTime(Setting setting, RunPlots plots) {
    StringBuilder text =
        new StringBuilder("The horizontal axis is the time since the start, in min:s.");
    if (setting.compress() != 1) {
      text.append(
          " One second of it stands for %s of the scenario."
              .formatted(Numbers.plain(setting.compress()) + " s"));
    }
    if (plots.stepSeconds() > 1) {
      text.append(
          " Each point is of %d s: the mean of rates, sockets, CPU and memory, the worst second of"
              .formatted(plots.stepSeconds()));
      text.append(" latencies and of open sign-ups.");
    }
    return text.append(" Vertical lines: what was done to the tier.").toString();
  }
}
