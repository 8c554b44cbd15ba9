package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * Ends a child when this process is gone, even by SIGKILL: a shell waits at a pipe whose other end
 * only we hold, so that the kernel tells it of our end. It asks the child to stop, and kills it a
 * minute later.
 */
public final class Lifeline {
  private static final String WATCH =
      """
      trap '' INT HUP TERM
      read -r line && exit 0
      kill -TERM "$1" 2>/dev/null
      tries=0
      while kill -0 "$1" 2>/dev/null && [ $tries -lt 120 ]; do tries=$((tries + 1)); sleep 0.5; done
      kill -KILL "$1" 2>/dev/null
      """;

  private Lifeline() {}

  /** Any thread. Cut by itself when the child ends: its pid may soon belong to another process. */
  public static void tie(Process child) {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", WATCH, "breakwater-prove", Long.toString(child.pid()));
    builder.redirectOutput(Redirect.DISCARD);
    builder.redirectError(Redirect.DISCARD);
    try {
      Process watcher = builder.start();
      var _ = child.onExit().thenRun(watcher::destroyForcibly);
    } catch (IOException e) {
      child.destroyForcibly();
      throw new TrialFailure("cannot start /bin/sh: " + e.getMessage(), e);
    }
  }
}
