package io.breakwater.cli.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to start a process.
 *
 * @param name what it is called in messages, for example {@code gateway}
 * @param command the program and its arguments
 * @param environment added to ours
 * @param log where its output is appended
 */
public record Launch(String name, List<String> command, Map<String, String> environment, Path log) {
  /** Copies the collections. */
  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
