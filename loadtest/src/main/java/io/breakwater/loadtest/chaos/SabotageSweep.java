package io.breakwater.loadtest.chaos;

import io.breakwater.loadtest.chaos.report.Judgement;
import io.breakwater.loadtest.chaos.report.Promise;
import io.breakwater.loadtest.chaos.report.Result;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine;

/**
 * Each sabotage in its own short campaign, and each of these campaigns without sabotage: it has to
 * be valid then, and invalid otherwise, for a promise that the sabotage breaks.
 */
final class SabotageSweep {
  /** Runs a campaign. */
  interface Runner {
    /** What it shows; nothing if it came to no judgement. */
    Optional<Result> run(ChaosOptions options);
  }

  /** A campaign, how it was judged, and whether it should be. */
  private record Row(
      String name, String judgement, boolean asItShould, String promises, String witness) {}

  private final Collection<Sabotage> sabotages;
  private final ChaosOptions given;
  private final Runner runner;
  private final Consumer<String> console;
  private final List<Row> rows = new ArrayList<>();

  /**
   * @param given where campaigns take place; the rest is each one's own
   */
  SabotageSweep(
      Collection<Sabotage> sabotages, ChaosOptions given, Runner runner, Consumer<String> console) {
    this.sabotages = sabotages;
    this.given = given;
    this.runner = runner;
    this.console = console;
  }

  /** Whether all are caught, and all campaigns without sabotage valid. */
  boolean run() {
    Set<List<String>> tried = new HashSet<>();
    for (Sabotage sabotage : sabotages) {
      if (tried.add(sabotage.campaign())) {
        runClean(sabotage.campaign());
      }
      runSabotaged(sabotage);
    }
    rows.forEach(row -> console.accept(text(row)));
    long wrong = rows.stream().filter(row -> !row.asItShould).count();
    console.accept(
        wrong == 0
            ? "all %d sabotages are caught, and %d campaigns without sabotage are valid"
                .formatted(sabotages.size(), tried.size())
            : "%d of %d campaigns are not judged as they should be".formatted(wrong, rows.size()));
    return wrong == 0;
  }

  private void runClean(List<String> campaign) {
    Optional<Result> result = runner.run(options(campaign));
    boolean isValid = result.filter(each -> each.judgement() == Judgement.VALID).isPresent();
    rows.add(row("without sabotage: " + String.join(" ", campaign), result, isValid));
  }

  private void runSabotaged(Sabotage sabotage) {
    List<String> arguments = new ArrayList<>(sabotage.campaign());
    arguments.add("--sabotage=" + sabotage);
    Optional<Result> result = runner.run(options(arguments));
    boolean isCaught =
        result
            .filter(each -> each.judgement() == Judgement.INVALID)
            .filter(each -> each.broken().keySet().stream().anyMatch(sabotage.promises()::contains))
            .isPresent();
    rows.add(row(sabotage.toString(), result, isCaught));
  }

  private ChaosOptions options(List<String> arguments) {
    ChaosOptions options =
        CommandLine.populateCommand(new ChaosOptions(), arguments.toArray(String[]::new));
    options.basePort = given.basePort;
    options.data = given.data;
    options.keep = given.keep;
    return options;
  }

  private static Row row(String name, Optional<Result> result, boolean asItShould) {
    return new Row(
        name,
        result.map(Result::judgement).orElse(Judgement.UNKNOWN).toString().toLowerCase(Locale.ROOT),
        asItShould,
        result.map(each -> promises(each.broken())).orElse("no judgement"),
        result.flatMap(SabotageSweep::witness).orElse(""));
  }

  private static String promises(Map<Promise, Long> broken) {
    return new TreeMap<>(broken)
        .entrySet().stream()
            .map(each -> each.getKey() + " " + each.getValue() + " times")
            .collect(Collectors.joining(", "));
  }

  private static Optional<String> witness(Result result) {
    return result.violations().stream()
        .findFirst()
        .map(
            violation ->
                "%s; witness: %s"
                    .formatted(
                        violation.what(),
                        violation.witness().stream()
                            .map(fact -> fact.getClass().getSimpleName() + " " + fact.number())
                            .collect(Collectors.joining(", "))));
  }

  private static String text(Row row) {
    return "%-6s %-8s %s%s%s"
        .formatted(
            row.asItShould ? "ok" : "WRONG",
            row.judgement,
            row.name,
            row.promises.isEmpty() ? "" : ": " + row.promises,
            row.witness.isEmpty() ? "" : "\n    " + row.witness);
  }
}
