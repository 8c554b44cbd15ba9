package io.breakwater.cli.status;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what an {@code up} runs, and how it does. */
@Command(
    name = "status",
    description = {
      "Shows what ./breakwater up runs: view, shards, sessions, journal backlog of each process.",
      "Exit status 0: all are ready; 1: something is not; 2: nothing runs there."
    },
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
  private static final int READY = 0;
  private static final int NOT_READY = 1;
  private static final int NOTHING_RUNS = 2;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${user.home}/.breakwater",
      description = "The directory of the up that is meant (default: ~/.breakwater).")
  private Path data = Path.of("");

  @Option(names = "--json", description = "The same as JSON, for scripts.")
  private boolean json;

  StatusCommand() {}

  @Override
  public Integer call() {
    Path directory = data.toAbsolutePath().normalize();
    Path pids = directory.resolve("run");
    PrintWriter out = spec.commandLine().getOut();
    Optional<RunFile> run = RunFile.running(pids);
    if (run.isEmpty()) {
      if (json) {
        out.print(Tables.json(List.of()));
        out.flush();
      }
      spec.commandLine()
          .getErr()
          .printf("breakwater: nothing runs in %s: start it with ./breakwater up%n", directory);
      return NOTHING_RUNS;
    }
    List<Condition> conditions = new Survey(pids).of(run.get());
    out.print(json ? Tables.json(conditions) : Tables.text(conditions));
    out.flush();
    return conditions.stream().allMatch(Condition::isReady) ? READY : NOT_READY;
  }
}
