package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.text.LineGenerator;
import io.breakwater.loadtest.trial.Trial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is sent.
 *
 * @param file all lines, each with a newline
 */
record Text(Path file, List<String> lines) {
  private static final long SEED = 20210115;

  static Text write(Trial trial) throws IOException {
    List<String> lines = new LineGenerator(SEED).next(trial.load().lines());
    Path file = trial.directory().resolve("sent.txt");
    Files.writeString(file, String.join("\n", lines) + "\n", StandardCharsets.UTF_8);
    trial
        .verdict()
        .figure(
            "text",
            "%d distinct lines, %.1f MB, at %.0f lines/s"
                .formatted(lines.size(), Files.size(file) / 1e6, trial.load().rate()));
    return new Text(file, lines);
  }

  /** The same lines as a chat shows them to a person who wrote them on another device. */
  Path asCopies(String to, Path file) throws IOException {
    StringBuilder copies = new StringBuilder();
    lines.forEach(
        line -> copies.append("me to ").append(to).append(": ").append(line).append('\n'));
    return Files.writeString(file, copies, StandardCharsets.UTF_8);
  }
}
