package io.breakwater.loadtest.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Under which circumstances figures came about, so that others can judge and repeat them. */
final class Circumstances {
  private Circumstances() {}

  static Map<String, String> gather(Path root, List<String> command, Plan plan) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("command", "./breakwater " + String.join(" ", command));
    all.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    all.put("commit", commit(root));
    all.put("machine", machine());
    all.put("load", first("/proc/loadavg") + " (before the start)");
    all.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
    all.put("plan", plan.toString());
    return all;
  }

  private static String commit(Path root) {
    String commit = output(root, "git", "rev-parse", "--short=12", "HEAD");
    boolean changed = !output(root, "git", "status", "--porcelain", "-uno").isEmpty();
    return commit.isEmpty() ? "unknown" : commit + (changed ? " and changes" : "");
  }

  private static String machine() {
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
