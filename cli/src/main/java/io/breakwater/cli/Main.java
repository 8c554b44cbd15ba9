package io.breakwater.cli;

import io.breakwater.cli.chat.ChatCommand;
import io.breakwater.cli.process.StartFailure;
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
    subcommands = {UpCommand.class, ChatCommand.class})
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
}
