package io.breakwater.loadtest.chaos;

import io.breakwater.loadtest.chaos.faults.Equipment;
import io.breakwater.loadtest.chaos.faults.Means;
import io.breakwater.loadtest.chaos.report.Judgement;
import io.breakwater.loadtest.chaos.report.Result;
import io.breakwater.loadtest.network.OwnNetwork;
import io.breakwater.loadtest.stack.Launcher;
import io.breakwater.loadtest.stack.Namespace;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a campaign of faults, and ends with what it shows. */
@Command(
    name = "chaos",
    description = {
      "Starts a cluster as processes, lets people talk through it, breaks what a seed says, and checks what"
          + " everybody got. Ends every process that it started. The last line is valid, invalid or unknown."
    },
    mixinStandardHelpOptions = true,
    exitCodeOnExecutionException = ChaosCommand.UNKNOWN,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:valid: every promise is kept, and the campaign shows enough to say so; with --sabotage all: all are caught",
      "1:invalid: a promise is broken; with --sabotage all: one is not caught, or a campaign without is not valid",
      "2:the arguments make no sense",
      "3:unknown: no promise is broken, but the campaign shows too little"
    })
public final class ChaosCommand implements Callable<Integer> {
  private static final int VALID = 0;
  private static final int INVALID = 1;
  static final int UNKNOWN = 3;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ChaosOptions options = new ChaosOptions();

  ChaosCommand() {}

  @Override
  public Integer call() throws IOException {
    Map<Means, String> missing = Means.missing();
    options.lacks(missing);
    requireSense();
    if (options.separateHosts && !OwnNetwork.isHere()) {
      Optional<String> obstacle = OwnNetwork.obstacle();
      if (obstacle.isEmpty()) {
        return OwnNetwork.run(Launcher.ownRoot(), inside());
      }
      say("no hosts of their own for the servers, no links are broken: it " + obstacle.get());
      options.separateHosts = false;
      requireSense();
    }
    if (options.isSweep()) {
      List<Sabotage> all = List.of(Sabotage.values());
      return new SabotageSweep(all, options, this::runOneOfMany, this::say).run() ? VALID : INVALID;
    }
    if (Equipment.mounts(options.schedule()) && !Namespace.isInside() && !OwnNetwork.isHere()) {
      return Namespace.runInside(Launcher.ownRoot(), inside());
    }
    missing.forEach((means, why) -> say("not possible here: %s %s".formatted(means, why)));
    Path directory = directory(options);
    Judgement judgement =
        judge(options, directory).map(Result::judgement).orElse(Judgement.UNKNOWN);
    if (judgement == Judgement.VALID && !options.keep) {
      delete(directory);
    } else {
      say("kept: " + directory);
    }
    say(judgement.toString().toLowerCase(Locale.ROOT));
    return switch (judgement) {
      case VALID -> VALID;
      case INVALID -> INVALID;
      case UNKNOWN -> UNKNOWN;
    };
  }

  private void requireSense() {
    options
        .problem()
        .ifPresent(
            problem -> {
              throw new ParameterException(spec.commandLine(), problem);
            });
  }

  private Optional<Result> runOneOfMany(ChaosOptions one) {
    try {
      Path directory = directory(one);
      Optional<Result> result = judge(one, directory);
      Judgement expected = one.sabotage().isPresent() ? Judgement.INVALID : Judgement.VALID;
      if (result.map(Result::judgement).equals(Optional.of(expected)) && !one.keep) {
        delete(directory);
      } else {
        say("kept: " + directory);
      }
      return result;
    } catch (IOException e) {
      say("its directory: " + e);
      return Optional.empty();
    }
  }

  private Optional<Result> judge(ChaosOptions options, Path directory) {
    try {
      CampaignReport report = new Campaign(options, directory, this::say).run();
      say(report.text());
      if (options.report != null) {
        Files.createDirectories(options.report.toAbsolutePath().getParent());
        Files.writeString(
            options.report, report.json(Origin.of(Launcher.ownRoot(), arguments())) + "\n");
        say("report: " + options.report);
      }
      return Optional.of(report.result());
    } catch (TrialFailure e) {
      say("the campaign ended early: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      // Whatever it is, this campaign shows too little, and the last line has to say so.
      e.printStackTrace(spec.commandLine().getErr());
      say("the campaign ended early: " + e);
    }
    return Optional.empty();
  }

  private List<String> arguments() {
    return spec.commandLine().getParent().getParseResult().originalArgs();
  }

  /** With the seed that was drawn: what is run inside is what was planned outside. */
  private List<String> inside() {
    List<String> arguments = new ArrayList<>(arguments());
    if (!spec.commandLine().getParseResult().hasMatchedOption("--seed")) {
      arguments.add("--seed=" + options.seed);
    }
    return arguments;
  }

  private static Path directory(ChaosOptions options) throws IOException {
    String prefix = "breakwater-chaos-%d-".formatted(options.seed);
    return options.data == null
        ? Files.createTempDirectory(prefix)
        : Files.createTempDirectory(Files.createDirectories(options.data), prefix);
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
