package io.breakwater.loadtest;

import io.breakwater.loadtest.stack.Launcher;
import io.breakwater.loadtest.stack.Namespace;
import io.breakwater.loadtest.stack.Ports;
import io.breakwater.loadtest.trial.Load;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.loadtest.verdict.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Proves scenarios one after the other, each on a stack of its own. */
@Command(
    name = "prove",
    description = {
      "Starts Breakwater and chats as processes, kills parts of it with SIGKILL, and checks what arrives. Ends every"
          + " process that it started."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all holds", "1:something does not", "2:the arguments make no sense"})
final class ProveCommand implements Callable<Integer> {
  private static final String ALL = "all";

  /** A seed that is drawn is easy to type. */
  private static final long MAX_DRAWN_SEED = 1_000_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SCENARIO",
      arity = "1..*",
      description = "One or more of: ${COMPLETION-CANDIDATES}; or all.",
      completionCandidates = Candidates.class)
  private List<String> names = List.of();

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Messages of a stream (default: ${DEFAULT-VALUE}).")
  private int lines;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "500",
      description = "Messages per second (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where each scenario makes its directory (default: a temporary one).")
  private @Nullable Path data;

  @Option(
      names = "--keep",
      description = "Keep the directories; without it those of failed scenarios only.")
  private boolean keep;

  @Option(
      names = "--base-port",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "The stack listens at N, N+1, N+2, N+10, N+11, N+42 and N+43 (default: free ones from 12000 on).")
  private int basePort;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "When power is lost, and what people do meanwhile (default: drawn, and printed).")
  private long seed = new SplittableRandom().nextLong(1, MAX_DRAWN_SEED);

  @Option(
      names = "--cassandra-nodes",
      paramLabel = "1|3",
      defaultValue = "1",
      description = "Of power-loss (default: ${DEFAULT-VALUE}).")
  private int cassandraNodes;

  ProveCommand() {}

  /** For the usage text. */
  static final class Candidates extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Candidates() {
      super(Arrays.stream(Scenario.values()).map(Scenario::toString).toList());
    }
  }

  @Override
  public Integer call() throws IOException {
    List<Scenario> scenarios =
        names.stream().flatMap(this::named).distinct().filter(this::canBeTried).toList();
    if (lines < 200 || !(rate > 0 && rate <= 1e9)) {
      throw new ParameterException(
          spec.commandLine(),
          "--lines: %d, --rate: %s (expected: at least 200, above 0 and at most 1000000000)"
              .formatted(lines, rate));
    }
    if (!Ports.isBase(basePort)) {
      throw new ParameterException(
          spec.commandLine(), "--base-port: %d (expected: %s)".formatted(basePort, Ports.BASES));
    }
    if (cassandraNodes != 1 && cassandraNodes != 3) {
      throw new ParameterException(
          spec.commandLine(), "--cassandra-nodes: %d (expected: 1 or 3)".formatted(cassandraNodes));
    }
    if (!Namespace.isInside() && scenarios.stream().anyMatch(Scenario::needsNamespace)) {
      return Namespace.runInside(
          root(), spec.commandLine().getParent().getParseResult().originalArgs());
    }
    Path directory =
        data == null
            ? Files.createTempDirectory("breakwater-prove")
            : Files.createDirectories(data);
    List<Scenario> failed = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      if (!proves(scenario, directory)) {
        failed.add(scenario);
      }
    }
    if (data == null && !keep && failed.isEmpty()) {
      delete(directory);
    }
    if (scenarios.size() > 1) {
      say(
          failed.isEmpty()
              ? "all %d scenarios PASSED".formatted(scenarios.size())
              : "FAILED: "
                  + failed.stream().map(Scenario::toString).collect(Collectors.joining(", ")));
    }
    return failed.isEmpty() ? 0 : 1;
  }

  /** Of all, those that this machine can carry out; who names one is told why it cannot be. */
  private boolean canBeTried(Scenario scenario) {
    Optional<String> problem = scenario.problem();
    if (problem.isEmpty()) {
      return true;
    }
    String why = "%s: %s".formatted(scenario, problem.get());
    if (names.contains(scenario.toString())) {
      throw new ParameterException(spec.commandLine(), why);
    }
    say("not tried: " + why);
    return false;
  }

  private Stream<Scenario> named(String name) {
    if (name.equals(ALL)) {
      return Arrays.stream(Scenario.values());
    }
    return Stream.of(
        Arrays.stream(Scenario.values())
            .filter(scenario -> scenario.toString().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "SCENARIO: %s (expected: all, %s)"
                            .formatted(name, String.join(", ", new Candidates())))));
  }

  private boolean proves(Scenario scenario, Path parent) throws IOException {
    Path directory = Files.createTempDirectory(parent, scenario + "-");
    Files.createDirectories(directory.resolve("stack"));
    say("%s: %s".formatted(scenario, scenario.what()));
    Verdict verdict = new Verdict(out());
    Clock clock = Clock.start();
    try (Launcher launcher = new Launcher(root())) {
      Ports ports = basePort == 0 ? Ports.free() : new Ports(basePort);
      scenario.run(
          new Trial(
              launcher, directory, ports, new Load(lines, rate, seed, cassandraNodes), verdict));
    } catch (TrialFailure e) {
      verdict.broken(String.valueOf(e.getMessage()));
    } catch (IOException | UncheckedIOException e) {
      verdict.broken(e.toString());
    }
    boolean deletes = verdict.holds() && !keep;
    if (deletes) {
      delete(directory);
    }
    say(
        "%s: %s in %s%s%n"
            .formatted(
                scenario,
                verdict.holds() ? "PASSED" : "FAILED",
                Verdict.seconds(clock.elapsed()),
                deletes ? "" : "; see " + directory));
    return verdict.holds();
  }

  private static Path root() {
    String root = System.getProperty("breakwater.root");
    if (root == null) {
      throw new TrialFailure("system property breakwater.root is missing: start with ./breakwater");
    }
    return Path.of(root);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void say(String line) {
    out().println(line);
    out().flush();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
