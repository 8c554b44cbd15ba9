package io.breakwater.cli.cassandra;

import io.breakwater.cli.process.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/*
 * Cassandra's workers look for work in short sleeps of 10 µs and more, again and again while there is load: on a
 * small machine these wake-ups are most of what a lightly loaded Cassandra costs. Linux lets a thread sleep longer
 * than it asked for, by its timer slack (50 µs), to spare wake-ups; threads inherit it, and it outlives exec. With
 * half a millisecond of it the workers sleep longer and wake less. Answers are not delayed by as much: whoever waits
 * for one is woken, and only a worker that nobody woke finds its work a little later.
 */
/** Starts a command with another timer slack, on Linux. */
final class TimerSlack {
  private static final String VARIABLE = "BREAKWATER_CASSANDRA_TIMER_SLACK_US";
  private static final long DEFAULT_US = 500;
  private static final Path SHELL = Path.of("/bin/sh");
  private static final Path SETTING = Path.of("/proc/self/timerslack_ns");

  private TimerSlack() {}

  /**
   * The command that becomes {@code command}, in the same process.
   *
   * @throws StartFailure if the environment asks for what makes no sense
   */
  static List<String> of(List<String> command, Map<String, String> environment) {
    long micros = micros(environment);
    if (micros == 0 || !Files.isExecutable(SHELL) || !Files.isWritable(SETTING)) {
      return command;
    }
    List<String> wrapped =
        new ArrayList<>(
            List.of(
                SHELL.toString(),
                "-c",
                "echo \"$0\" > " + SETTING + " 2> /dev/null; exec \"$@\"",
                Long.toString(micros * 1_000)));
    wrapped.addAll(command);
    return wrapped;
  }

  private static long micros(Map<String, String> environment) {
    String value = environment.getOrDefault(VARIABLE, Long.toString(DEFAULT_US));
    try {
      long micros = Long.parseLong(value);
      if (micros >= 0 && micros <= 100_000) {
        return micros;
      }
    } catch (NumberFormatException e) {
      // Told below, with the value.
    }
    throw new StartFailure("%s: %s (expected: 0..100000 microseconds)".formatted(VARIABLE, value));
  }
}
