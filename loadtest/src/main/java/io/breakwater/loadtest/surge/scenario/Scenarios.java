package io.breakwater.loadtest.surge.scenario;

import io.breakwater.loadtest.surge.scenario.file.Mistakes;
import io.breakwater.loadtest.surge.scenario.file.Section;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The door: scenarios that are shipped, and those of an operator. */
public final class Scenarios {
  private static final List<String> SHIPPED =
      List.of(
          "telegram-2021-10-04",
          "facebook-return-2021-10-04",
          "signal-2021-01-15",
          "monday-9am",
          "gateway-loss",
          "deploy",
          "new-year");

  private static final String ENDING = ".yaml";

  private Scenarios() {}

  /** The names of those that are shipped. */
  public static List<String> shipped() {
    return SHIPPED;
  }

  /**
   * Reads one.
   *
   * @param nameOrPath of one that is shipped, or of a file
   * @throws IOException if there is no such file; the message says what is shipped
   */
  public static Scenario load(String nameOrPath) throws IOException, InvalidScenario {
    if (SHIPPED.contains(nameOrPath)) {
      return parse(nameOrPath + ENDING, resource(nameOrPath));
    }
    Path path = Path.of(nameOrPath);
    if (!Files.isRegularFile(path)) {
      throw new IOException(
          "scenario: '%s' (expected: a file, or one of %s)"
              .formatted(nameOrPath, String.join(", ", SHIPPED)));
    }
    return parse(path.getFileName().toString(), Files.readString(path));
  }

  private static String resource(String name) throws IOException {
    try (@Nullable InputStream stream = Scenarios.class.getResourceAsStream(name + ENDING)) {
      if (stream == null) {
        throw new AssertionError(name + " is not in the archive");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Reads the text of one.
   *
   * @param file its name, for messages
   */
  public static Scenario parse(String file, String yaml) throws InvalidScenario {
    Mistakes mistakes = new Mistakes(file);
    Section root = Section.of(yaml, mistakes);
    if (mistakes.isEmpty()) {
      Scenario scenario = new ScenarioReader(root, mistakes).read();
      if (mistakes.isEmpty()) {
        return scenario;
      }
    }
    throw new InvalidScenario(mistakes.lines());
  }
}
