package io.breakwater.loadtest.stack;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where something runs, and of what it was built; for people. Any thread. */
public final class Machine {
  private Machine() {}

  /**
   * Of the project, and whether something was changed since.
   *
   * @param root the directory of {@code breakwater}
   */
  public static String commit(Path root) {
    String commit = output(root, "git", "rev-parse", "--short=12", "HEAD");
    boolean changed = !output(root, "git", "status", "--porcelain", "-uno").isEmpty();
    return commit.isEmpty() ? "unknown" : commit + (changed ? " and changes" : "");
  }

  /** Processors, memory, system. */
  public static String describe() {
    String model =
        lines("/proc/cpuinfo").stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown processor");
    return "%d x %s, %s, %s %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            model,
            first("/proc/meminfo").replaceAll("MemTotal: *", "memory "),
            System.getProperty("os.name"),
            System.getProperty("os.version"));
  }

  /** Which one this process has. */
  public static String jdk() {
    return System.getProperty("java.vm.name") + " " + Runtime.version();
  }

  /** What wants to run now. */
  public static String load() {
    return first("/proc/loadavg");
  }

  private static String first(String file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? "unknown" : lines.getFirst();
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      return List.of();
    }
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
