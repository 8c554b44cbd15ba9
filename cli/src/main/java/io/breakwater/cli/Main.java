package io.breakwater.cli;

import io.breakwater.cli.chat.ChatCommand;
import io.breakwater.cli.lever.LeverCommand;
import io.breakwater.cli.process.StartFailure;
import io.breakwater.cli.status.StatusCommand;
import io.breakwater.cli.up.UpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * {@code ./breakwater}: exit status 0 when all went well, 1 when something failed (one line on
 * standard error says what and what to do), 2 when the arguments make no sense.
 */
@Command(
    name = "breakwater",
    description = "A messaging backend that keeps delivering while millions of people sign up.",
    mixinStandardHelpOptions = true,
    version = "breakwater 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      StatusCommand.class,
      LeverCommand.class,
      ChatCommand.class,
      Main.Prove.class,
      Main.Bench.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /** Runs the command and ends the process. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(Main::report)
        .setParameterExceptionHandler(new OneLineErrors())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }

  private static int report(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    if (failure instanceof StartFailure) {
      command.getErr().println("breakwater: " + failure.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw failure;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which command, for example: up");
  }

  /** For the list of commands: the launcher runs it from another module. */
  @Command(
      name = "prove",
      description = "Starts Breakwater, kills parts of it, and checks that nothing is lost.")
  static final class Prove implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    Prove() {}

    @Override
    public void run() {
      throw elsewhere(spec);
    }
  }

  /** For the list of commands: the launcher runs it from another module. */
  @Command(
      name = "bench",
      description = "Measures what a message, a connection and a sign-up cost.")
  static final class Bench implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    Bench() {}

    @Override
    public void run() {
      throw elsewhere(spec);
    }
  }

  private static StartFailure elsewhere(CommandSpec spec) {
    return new StartFailure(
        "%s is run by the launcher: ./breakwater %s, the command first"
            .formatted(spec.name(), spec.name()));
  }
}
