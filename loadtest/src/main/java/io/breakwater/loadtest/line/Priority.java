package io.breakwater.loadtest.line;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Lets the phones go before the servers where both share processors: real phones have their own. It
 * takes privileges; without them the phones are late, which the bench notices. Threads of this
 * process only: a process that is started from here keeps its priority.
 */
final class Priority {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final String NICENESS = "-10";

  private Priority() {}

  /** Raises the threads whose names begin so, and the one that collects garbage, if it may. */
  static void raise(String threads) {
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        String name = Files.readString(task.resolve("comm")).strip();
        if (name.startsWith(threads) || name.equals("VM Thread")) {
          renice(task.getFileName().toString());
        }
      }
    } catch (IOException e) {
      // No Linux, or a thread that has just ended: as it is.
    }
  }

  /** Whether the threads whose names begin so go before others. */
  static boolean isRaised(String threads) {
    int raised = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        Optional<Integer> niceness = niceness(task, threads);
        if (niceness.filter(each -> each >= 0).isPresent()) {
          return false;
        }
        raised += niceness.isPresent() ? 1 : 0;
      }
      return raised > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Of a thread whose name begins so; nothing if it has ended. */
  private static Optional<Integer> niceness(Path task, String threads) {
    try {
      return Files.readString(task.resolve("comm")).startsWith(threads)
          ? Optional.of(niceness(Files.readString(task.resolve("stat"))))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Of a thread.
   *
   * @param stat what the kernel says of it, proc(5): the niceness is the 17th figure after the
   *     name, which is in parentheses and may have blanks
   */
  static int niceness(String stat) {
    String[] figures = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    return Integer.parseInt(figures[16]);
  }

  private static void renice(String thread) throws IOException {
    var _ =
        new ProcessBuilder("renice", "-n", NICENESS, "-p", thread)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
  }
}
