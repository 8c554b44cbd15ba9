package io.breakwater.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * Ends a child when we are gone, even by SIGKILL: a shell waits at a pipe whose other end only we
 * hold, so the kernel tells it of our end, without polling. It asks the child to stop, and kills it
 * 10 s later.
 */
final class Lifeline {
  private static final String WATCH =
      """
      trap '' INT HUP TERM
      read -r line && exit 0
      kill -TERM "$1" 2>/dev/null
      tries=0
      while kill -0 "$1" 2>/dev/null && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.2; done
      kill -KILL "$1" 2>/dev/null
      """;

  private final Process watcher;

  private Lifeline(Process watcher) {
    this.watcher = watcher;
  }

  static Lifeline of(Process child) {
    ProcessBuilder builder =
        new ProcessBuilder(
            "/bin/sh", "-c", WATCH, "breakwater-lifeline", Long.toString(child.pid()));
    builder.redirectOutput(Redirect.DISCARD);
    builder.redirectError(Redirect.DISCARD);
    try {
      return new Lifeline(builder.start());
    } catch (IOException e) {
      child.destroyForcibly();
      throw new UncheckedIOException(e);
    }
  }

  /** The child has ended by itself: its pid may soon belong to another process. */
  void cut() {
    watcher.destroyForcibly();
  }
}
