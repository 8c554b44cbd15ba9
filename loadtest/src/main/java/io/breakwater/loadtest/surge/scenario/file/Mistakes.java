package io.breakwater.loadtest.surge.scenario.file;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a file, in the order in which it was met. Confined to who reads it. */
public final class Mistakes {
  private final String file;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param file its name, for people
   */
  public Mistakes(String file) {
    this.file = file;
  }

  /**
   * Notes one.
   *
   * @param line from 1
   * @param key with those above it, by dots
   * @param value as it is written, or a word for its absence
   */
  void add(int line, String key, String value, String expected) {
    lines.add("%s:%d: %s: %s (expected: %s)".formatted(file, line, key, value, expected));
  }

  /** Notes that the file cannot be read at all. */
  void addUnreadable(int line, String problem) {
    lines.add("%s:%d: %s (expected: YAML)".formatted(file, line, problem));
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** A line each. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
