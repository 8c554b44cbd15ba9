package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.stack.Launcher;
import io.breakwater.loadtest.surge.quota.CpuGroups;
import io.breakwater.loadtest.surge.report.Reports;
import io.breakwater.loadtest.surge.report.result.Judgement;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.scenario.Description;
import io.breakwater.loadtest.surge.scenario.InvalidScenario;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.Scenarios;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Replays a surge and makes a report. */
@Command(
    name = "surge",
    description = {
      "Plays a surge of people against Breakwater: phones that sign up, connect and write at times that do not"
          + " depend on how it goes; and makes a report with pictures.",
      "Starts Breakwater as processes in a fresh directory, and ends them; or plays against what runs elsewhere,"
          + " with --target."
    },
    mixinStandardHelpOptions = true,
    subcommands = {CompareCommand.class, PairsCommand.class},
    exitCodeOnExecutionException = SurgeCommand.NO_END,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:passed: all limits are kept, and every accepted message arrived once and in order",
      "1:failed",
      "2:the arguments or the scenario make no sense",
      "3:void: the generator was late, it was in trouble, or not everybody could be asked: the run shows nothing",
      "4:the run came to no end: there is no result"
    })
public final class SurgeCommand implements Callable<Integer> {
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int VOID = 3;
  static final int NO_END = 4;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /** What a shell takes as it is. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

  private static final List<String> PLACES = List.of("--report", "--data");

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SurgeOptions options = new SurgeOptions();

  /** For picocli. */
  public SurgeCommand() {}

  @Override
  public Integer call() throws IOException {
    options.problem().ifPresent(this::reject);
    if (options.scenario == null) {
      list();
      return PASSED;
    }
    Replay replay = replay(options.scenario);
    Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Plan plan = new Plan(options, replay, begun);
    say(new Description(replay).text());
    if (options.describe) {
      return PASSED;
    }
    plan.problem().ifPresent(this::reject);
    if (!options.quotas.isEmpty()) {
      CpuGroups.problem().ifPresent(problem -> reject("--quota: " + problem));
    }
    if (options.report != null) {
      makeNow(options.report);
    }
    say("seed: " + options.seed);
    String prefix = "breakwater-surge-%d-".formatted(options.seed);
    try (RunDirectory directory = RunDirectory.make(data(), prefix, this::say)) {
      Place place = Place.of(Launcher.ownRoot(), plan);
      RunDirectory.warning(directory.path()).ifPresent(this::say);
      SurgeResult result =
          new Conductor(options, replay, plan, directory.path(), this::say)
              .run(seconds -> setting(replay, begun, seconds, place));
      Path page = Reports.write(result, reportDirectory(replay.played().name()));
      Judgement judgement = result.judgement();
      directory.judged(judgement.kind(), options.keep);
      int status = tell(result, judgement);
      say("report: " + page);
      return status;
    } catch (TrialFailure | IOException e) {
      say("no end: " + (e instanceof TrialFailure ? e.getMessage() : e));
      return NO_END;
    }
  }

  /** Not where temporary files go: that may be memory, on which syncing costs nothing. */
  private Path data() {
    return options.data == null ? Launcher.ownRoot().resolve("target/surge-data") : options.data;
  }

  private void list() throws IOException {
    say("Scenarios that are shipped; a file with one of your own will do as well:");
    for (String name : Scenarios.shipped()) {
      say("");
      say(name);
      say("  " + load(name).title());
    }
  }

  private Replay replay(String scenario) {
    Scenario written = load(scenario);
    try {
      return Replay.of(options.variation().of(written), options.reduction(written));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Scenario load(String scenario) {
    try {
      return Scenarios.load(scenario);
    } catch (IOException | InvalidScenario e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** What cannot be written is better known before the run than after it. */
  private void makeNow(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      reject("--report=%s: %s (expected: a directory that can be made)".formatted(directory, e));
    }
  }

  private void reject(String problem) {
    throw new ParameterException(spec.commandLine(), problem);
  }

  private Setting setting(Replay replay, Instant begun, double seconds, Place place) {
    Scenario played = replay.played();
    return new Setting(
        played.name(),
        played.facts().stream().map(fact -> new Setting.Fact(fact.text(), fact.source())).toList(),
        played.model(),
        replay.by().scale(),
        replay.by().compress(),
        options.seed,
        place.commit(),
        command(),
        begun.toString(),
        seconds,
        place.machine(),
        place.jdk(),
        place.quotas(),
        null,
        played.content(),
        options.impatient == null ? Double.NaN : options.impatient,
        options.ownProcessor,
        options.variation().times(),
        options.withoutFaults,
        options.warmUpSeconds);
  }

  private String command() {
    CommandLine all = spec.commandLine();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    boolean isSeedGiven = spec.commandLine().getParseResult().hasMatchedOption("--seed");
    return command(
        all.getParseResult().originalArgs(),
        isSeedGiven ? OptionalLong.empty() : OptionalLong.of(options.seed));
  }

  /**
   * Repeats a run in a shell. Where its files went is left out: other machines have other places.
   *
   * @param drawnSeed with which it has to be repeated, if none was given
   */
  static String command(List<String> arguments, OptionalLong drawnSeed) {
    StringBuilder command = new StringBuilder("./breakwater");
    boolean isPlace = false;
    for (String each : arguments) {
      boolean isOfPlace = isPlace || PLACES.stream().anyMatch(name -> each.startsWith(name + '='));
      isPlace = PLACES.contains(each);
      if (!isPlace && !isOfPlace) {
        command.append(' ').append(quoted(each));
      }
    }
    drawnSeed.ifPresent(seed -> command.append(" --seed ").append(seed));
    return command.toString();
  }

  private static String quoted(String argument) {
    return PLAIN.matcher(argument).matches()
        ? argument
        : '\'' + argument.replace("'", "'\\''") + '\'';
  }

  private int tell(SurgeResult result, Judgement judgement) {
    say(Summary.text(result));
    judgement.reasons().forEach(this::say);
    say(judgement.kind().word());
    return switch (judgement.kind()) {
      case PASSED -> PASSED;
      case FAILED -> FAILED;
      case VOID -> VOID;
    };
  }

  private Path reportDirectory(String scenario) {
    return options.report == null
        ? Launcher.ownRoot()
            .resolve("target/surge")
            .resolve(scenario + "-" + STAMP.format(Instant.now()))
        : options.report;
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
