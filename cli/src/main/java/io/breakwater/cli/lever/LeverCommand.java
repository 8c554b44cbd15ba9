package io.breakwater.cli.lever;

import io.breakwater.cli.status.RunFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what can be changed of the servers of an {@code up} while they run, and changes it. */
@Command(
    name = "lever",
    description = {
      "Shows the levers of the servers that ./breakwater up runs, and moves them; no restart.",
      "A server that is started anew has all of them as they were.",
      "Exit status 0: done; 1: a server refuses, or does not answer; 2: no such lever, or nothing"
          + " runs there."
    },
    mixinStandardHelpOptions = true)
public final class LeverCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int NOTHING_TO_ASK = 2;
  private static final String ALL = "all";
  private static final String DEFAULT = "default";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME[=VALUE]",
      description = "Which lever, and where it goes; without it all are shown.")
  private Optional<String> lever = Optional.empty();

  @Option(names = "--reset", description = "As it was at the start: NAME, or without one all.")
  private boolean reset;

  @Option(
      names = "--on",
      paramLabel = "SERVER",
      description = "One server alone, as status names it (default: all that have the lever).")
  private Optional<String> server = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${user.home}/.breakwater",
      description = "The directory of the up that is meant (default: ~/.breakwater).")
  private Path data = Path.of("");

  LeverCommand() {}

  @Override
  public Integer call() {
    LeverRequest request = request();
    Path directory = data.toAbsolutePath().normalize();
    Optional<RunFile> run = RunFile.running(directory.resolve("run"));
    PrintWriter err = spec.commandLine().getErr();
    if (run.isEmpty()) {
      err.printf("breakwater: nothing runs in %s: start it with ./breakwater up%n", directory);
      return NOTHING_TO_ASK;
    }
    List<RunFile.Entry> asked = asked(run.get());
    if (asked.isEmpty()) {
      err.printf("breakwater: no such server: %s (./breakwater status)%n", server.orElse("any"));
      return NOTHING_TO_ASK;
    }
    return ask(request, asked);
  }

  private LeverRequest request() {
    String[] parts = lever.orElse("").split("=", 2);
    if (reset && parts.length == 2) {
      throw new ParameterException(
          spec.commandLine(), "--reset is for a NAME, not for a value: " + lever.orElse(""));
    }
    if (reset) {
      return LeverRequest.move(parts[0].isEmpty() ? ALL : parts[0], DEFAULT);
    }
    return parts.length == 2 ? LeverRequest.move(parts[0], parts[1]) : LeverRequest.show(parts[0]);
  }

  private List<RunFile.Entry> asked(RunFile run) {
    return run.processes().stream()
        .filter(process -> process.kind() != RunFile.Kind.CASSANDRA)
        .filter(process -> server.isEmpty() || server.get().equals(process.name()))
        .toList();
  }

  private int ask(LeverRequest request, List<RunFile.Entry> servers) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<String> unknown = new ArrayList<>();
    int status = DONE;
    for (RunFile.Entry process : servers) {
      switch (request.ask(process.admin())) {
        case LeverRequest.Answer.Done(String text) ->
            out.print(process.name() + "\n" + text.indent(2));
        case LeverRequest.Answer.Unknown(String text) ->
            unknown.add(process.name() + ": " + text.strip());
        case LeverRequest.Answer.Failed(String why) -> {
          err.printf("breakwater: %s: %s%n", process.name(), why.strip());
          status = FAILED;
        }
      }
    }
    out.flush();
    if (unknown.size() == servers.size()) {
      unknown.forEach(line -> err.printf("breakwater: %s%n", line));
      return NOTHING_TO_ASK;
    }
    return status;
  }
}
