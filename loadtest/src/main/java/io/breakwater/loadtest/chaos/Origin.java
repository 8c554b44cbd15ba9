package io.breakwater.loadtest.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Where a report comes from, so that others can repeat it.
 *
 * @param commit with {@code and changes} if files differ from it; {@code unknown} outside of a
 *     repository
 * @param machine processors, system, JDK
 */
record Origin(String command, String commit, String date, String machine) {
  /** Of this process. */
  static Origin of(Path root, List<String> arguments) {
    return new Origin(
        "./breakwater " + String.join(" ", arguments),
        commit(root),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        "%d processors, %s %s, JDK %s"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.version()));
  }

  private static String commit(Path root) {
    String commit = output(root, "git", "rev-parse", "--short=12", "HEAD");
    boolean changed = !output(root, "git", "status", "--porcelain", "-uno").isEmpty();
    return commit.isEmpty() ? "unknown" : commit + (changed ? " and changes" : "");
  }

  /** What a command says; nothing if it cannot be run. */
  private static String output(Path directory, String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectError(Redirect.DISCARD)
              .start();
      try (InputStream out = process.getInputStream()) {
        return new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      }
    } catch (IOException e) {
      return "";
    }
  }
}
