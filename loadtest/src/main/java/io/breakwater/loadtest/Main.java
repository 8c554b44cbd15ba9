package io.breakwater.loadtest;

import io.breakwater.loadtest.bench.BenchCommand;
import io.breakwater.loadtest.chaos.ChaosCommand;
import io.breakwater.loadtest.surge.run.SurgeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./breakwater prove}, {@code bench}, {@code chaos} and {@code surge}. */
@Command(
    name = "breakwater",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ProveCommand.class, BenchCommand.class, ChaosCommand.class, SurgeCommand.class})
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /** Runs the command and ends the process. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Main())
            .setUsageHelpAutoWidth(true)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Main::reject)
            .execute(arguments));
  }

  /** Arguments that make no sense are one line, as in the other commands. */
  private static int reject(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    command
        .getErr()
        .printf(
            "breakwater: %s; ./%s --help lists what there is%n",
            failure.getMessage(), command.getCommandSpec().qualifiedName());
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say which command: prove, bench, chaos or surge");
  }
}
