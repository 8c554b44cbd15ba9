package io.breakwater.loadtest.surge.quota;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Processors on which a process may run, by their numbers. Linux, with {@code taskset} of
 * util-linux. Immutable.
 */
public record Processors(List<Integer> numbers) {
  private static final String ALLOWED = "Cpus_allowed_list:";

  /** Copies the list. */
  public Processors {
    numbers = List.copyOf(numbers);
  }

  /**
   * Those of a process.
   *
   * @throws IOException if it is gone, or this is not Linux
   */
  public static Processors of(long pid) throws IOException {
    Path status = Path.of("/proc/%d/status".formatted(pid));
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(ALLOWED))
        .findFirst()
        .map(line -> parse(line.substring(ALLOWED.length())))
        .orElseThrow(() -> new IOException(status + " does not say which processors it may use"));
  }

  /** Reads what the kernel writes: {@code 0-3,8}. */
  static Processors parse(String list) {
    List<Integer> numbers = new ArrayList<>();
    for (String range : list.strip().split(",", -1)) {
      String[] ends = range.split("-", 2);
      IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
          .forEach(numbers::add);
    }
    return new Processors(numbers);
  }

  /** The last one alone. */
  public Processors last() {
    return new Processors(List.of(numbers.getLast()));
  }

  /** All but the last one. */
  public Processors others() {
    return new Processors(numbers.subList(0, numbers.size() - 1));
  }

  /** As {@code taskset} takes it. */
  public String list() {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /**
   * Holds a process with all its threads to these; what it starts from now on is held, too.
   *
   * @throws TrialFailure if the system does not do it
   */
  public void hold(long pid) {
    List<String> command =
        List.of("taskset", "--all-tasks", "--cpu-list", "--pid", list(), Long.toString(pid));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new TrialFailure("%s: %s".formatted(String.join(" ", command), said.strip()));
      }
    } catch (IOException e) {
      throw new TrialFailure("cannot hold a process to processors: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    }
  }
}
