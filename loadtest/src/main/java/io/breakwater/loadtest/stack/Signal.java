package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;

/** Signals that Java cannot send. */
enum Signal {
  /** The process stands still, and cannot do anything about it. */
  STOP,
  /** It goes on. */
  CONT;

  /**
   * Returns when it is sent.
   *
   * @throws TrialFailure if there is no such process of ours
   */
  void send(long pid) {
    try {
      Process kill =
          new ProcessBuilder(
                  "/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "kill", name(), Long.toString(pid))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      if (kill.waitFor() != 0) {
        throw new TrialFailure("cannot send SIG%s to process %d".formatted(name(), pid));
      }
    } catch (IOException e) {
      throw new TrialFailure("cannot start /bin/sh: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    }
  }

  /** Whether a process stands still, as Linux says; elsewhere nobody can tell. */
  static boolean isStopped(long pid) {
    return state(pid) == 'T';
  }

  /** Whether a process does nothing any more, though its parent may not know yet; Linux. */
  static boolean isGone(long pid) {
    return "ZX ".indexOf(state(pid)) >= 0;
  }

  /** As Linux says; a blank if there is no such process. */
  private static char state(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/%d/stat".formatted(pid)));
      // The name before the state is in parentheses, and may have some of its own.
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return ' ';
    }
  }
}
