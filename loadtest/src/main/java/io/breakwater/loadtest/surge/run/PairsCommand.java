package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.stack.Launcher;
import io.breakwater.loadtest.surge.report.Reports;
import io.breakwater.loadtest.surge.report.page.Group;
import io.breakwater.loadtest.surge.report.page.Pairs;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Plays a scenario in two ways or more, in turn, and compares pair by pair. */
@Command(
    name = "pairs",
    description = {
      "Plays a scenario in two ways or more, calm and surges, in turn and several times: so a machine that others use, too,"
          + " is the same for both of a pair. Prints every pair, and the median of the ratios.",
      "All arguments but these are those of surge, and go to every run:",
      "./breakwater surge pairs telegram-2021-10-04 --calm='--times refugees=0' --surge='--times refugees=3'"
    },
    mixinStandardHelpOptions = true,
    exitCodeOnExecutionException = SurgeCommand.NO_END,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:no run was void, none lost, doubled or reordered a message, and the limit is kept, if there is one",
      "1:the limit was missed, or a message was lost, doubled or reordered",
      "2:the arguments make no sense",
      "3:a run was void: the medians are of the other pairs",
      "4:a run came to no end"
    })
final class PairsCommand implements Callable<Integer> {
  private static final int KEPT = 0;
  private static final int MISSED = 1;
  private static final int SENSELESS = 2;
  private static final int VOID = 3;
  private static final int MOST_PAIRS = 100;
  private static final String CALM = "calm";

  /** A name is part of that of a directory. */
  private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9.-]{0,30}):(.*)");

  /** What existing users would notice. */
  private static final String FELT = "send → delivered, existing, p99 ms";

  /** A seed that is drawn is easy to type. */
  private static final long MAX_DRAWN_SEED = 1_000_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int pairs;

  @Option(
      names = "--calm",
      paramLabel = "'ARGS'",
      defaultValue = "",
      description = "Arguments of the first run of each pair alone, separated by blanks.")
  private String calm = "";

  @Option(
      names = "--surge",
      paramLabel = "'ARGS'",
      defaultValue = "",
      description = {
        "The same of the second. Given several times, each NAME:'ARGS': after a calm run each of them"
            + " is played once, and all are compared with that calm one.",
        "--surge='3x:--times refugees=3' --surge='10x:--times refugees=10'"
      })
  private List<String> surges = List.of("");

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the first pair; each further pair has one more (default: drawn).")
  private long seed = new SplittableRandom().nextLong(1, MAX_DRAWN_SEED);

  @Option(
      names = "--limit",
      paramLabel = "RATIO",
      description =
          "The most that the median of the ratios of '" + FELT + "' may be, or the status is 1.")
  private @Nullable Double limit;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      required = true,
      description =
          "Where the result of each run, what it printed, and report.html with all pairs go"
              + " (with several --surge: report-NAME.html).")
  private Path report = Path.of("");

  /** Filled by picocli. */
  @Unmatched private List<String> passedOn = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    if (pairs < 1 || pairs > MOST_PAIRS) {
      throw rejected("--pairs=%d (expected: 1..%d)".formatted(pairs, MOST_PAIRS));
    }
    if (limit != null && !(limit > 0)) {
      throw rejected("--limit=%s (expected: > 0)".formatted(limit));
    }
    List<Side> ways = ways();
    Files.createDirectories(report);
    Side first = new Side(CALM, calm, new ArrayList<>());
    int worst = KEPT;
    try (Launcher launcher = new Launcher(Launcher.ownRoot())) {
      for (int pair = 1; pair <= pairs; pair++) {
        for (Side side : Stream.concat(Stream.of(first), ways.stream()).toList()) {
          int status = play(launcher, side, pair);
          if (status == SENSELESS || status == SurgeCommand.NO_END) {
            return status;
          }
          worst = Math.max(worst, status == VOID ? VOID : KEPT);
        }
      }
    } catch (TrialFailure e) {
      say("no end: " + e.getMessage());
      return SurgeCommand.NO_END;
    }
    boolean isMissed = false;
    for (Side way : ways) {
      Path page =
          report.resolve(ways.size() == 1 ? Reports.PAGE : "report-%s.html".formatted(way.name));
      isMissed |= !isKept(first, way, page);
    }
    return isMissed ? MISSED : worst;
  }

  private List<Side> ways() {
    if (surges.size() == 1 && !NAMED.matcher(surges.getFirst()).matches()) {
      return List.of(new Side("surge", surges.getFirst(), new ArrayList<>()));
    }
    List<Side> ways = surges.stream().map(this::named).toList();
    Set<String> names = new HashSet<>(Set.of(CALM));
    for (Side way : ways) {
      if (!names.add(way.name)) {
        throw rejected("--surge=%s:... (expected: a name of its own)".formatted(way.name));
      }
    }
    return ways;
  }

  private Side named(String given) {
    Matcher matcher = NAMED.matcher(given);
    if (!matcher.matches()) {
      throw rejected(
          "--surge='%s' (expected, of several: NAME:ARGS, NAME of up to 31 letters, digits, '.' and '-')"
              .formatted(given));
    }
    return new Side(matcher.group(1), matcher.group(2), new ArrayList<>());
  }

  /** One of the ways. */
  private record Side(String name, String arguments, List<SurgeResult> results) {}

  private int play(Launcher launcher, Side side, int pair) throws IOException {
    String name = side.name + "-" + pair;
    Path directory = report.resolve(name);
    Path log = Files.createDirectories(directory).resolve("log.txt");
    List<String> arguments = new ArrayList<>(List.of("surge"));
    arguments.addAll(passedOn);
    Stream.of(side.arguments.split(" ")).filter(each -> !each.isBlank()).forEach(arguments::add);
    arguments.addAll(List.of("--seed", Long.toString(seed + pair - 1), "--report", "" + directory));
    int status = launcher.run(arguments, log);
    if (status == SENSELESS || status == SurgeCommand.NO_END) {
      say("%s: status %d; what it said: %s".formatted(name, status, log));
      return status;
    }
    SurgeResult result = Reports.read(directory.resolve(Reports.RESULT));
    side.results.add(result);
    say(
        String.format(
            Locale.ROOT,
            "%s: %s%s",
            name,
            result.judgement().kind().word(),
            result.judgement().reasons().stream()
                .findFirst()
                .map(why -> " (" + why + ")")
                .orElse("")));
    return status;
  }

  private boolean isKept(Side first, Side way, Path page) throws IOException {
    Pairs made =
        new Pairs(
            new Group(first.name, Double.NaN, first.results),
            new Group(way.name, Double.NaN, way.results));
    say("");
    say("%s → %s".formatted(first.name, way.name));
    List<Pairs.Figure> figures = made.figures();
    figures.stream()
        .filter(each -> Pairs.isLatency(each.name()))
        .forEach(each -> say(Pairs.text(each)));
    say("report: " + Reports.compare(made, page));
    if (Stream.concat(first.results.stream(), way.results.stream())
        .anyMatch(each -> !each.ledger().balanced())) {
      say("messages are astray");
      return false;
    }
    return limit == null || isWithin(limit, figures);
  }

  private boolean isWithin(double most, List<Pairs.Figure> figures) {
    Optional<Double> felt =
        figures.stream()
            .filter(each -> each.name().equals(FELT))
            .map(Pairs.Figure::median)
            .findFirst();
    boolean isKept = felt.isPresent() && felt.get() <= most;
    say(
        "%s: median of the ratios %s (expected: at most %s): %s"
            .formatted(
                FELT,
                felt.map(each -> String.format(Locale.ROOT, "%.3f", each)).orElse("none"),
                most,
                isKept ? "kept" : "missed"));
    return isKept;
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private ParameterException rejected(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
