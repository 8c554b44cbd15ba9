package io.breakwater.fuzzing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of {@code build/fuzzing/bad-inputs}, whose README says what the facts mean.
 *
 * @param kind the directory: {@code framing}, {@code protobuf} ...
 * @param after what comes before the bytes, or nothing
 * @param timePasses whether the client waits after them
 * @param expect what the gateway must do
 * @param text the bytes, as {@link HexText} has them
 */
public record BadInput(
    String kind, String name, String after, boolean timePasses, String expect, String text) {
  private static final Pattern FACT = Pattern.compile("(?m)^(after|then|expect): (.+)\\R");

  /** All of them. */
  public static List<BadInput> all(Path root) throws IOException {
    Path directory = root.resolve("build/fuzzing/bad-inputs");
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .sorted()
          .map(file -> read(directory, directory.relativize(file)))
          .toList();
    }
  }

  private static BadInput read(Path directory, Path file) {
    try {
      return of(
          file.getName(0).toString(),
          file.getName(1).toString().replace(".txt", ""),
          Files.readString(directory.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static BadInput of(String kind, String name, String text) {
    Map<String, String> facts = new HashMap<>();
    Matcher fact = FACT.matcher(text);
    while (fact.find()) {
      facts.put(fact.group(1), fact.group(2));
    }
    if (!text.startsWith("#") || !facts.containsKey("expect")) {
      throw new IllegalArgumentException(
          "bad input " + kind + '/' + name + ": " + facts + " (expected: a comment and 'expect')");
    }
    return new BadInput(
        kind,
        name,
        facts.getOrDefault("after", ""),
        facts.containsKey("then"),
        facts.getOrDefault("expect", ""),
        fact.replaceAll(""));
  }

  /** What is sent. */
  public byte[] bytes() {
    return HexText.parse(text);
  }

  @Override
  public String toString() {
    return kind + '/' + name;
  }
}
