package io.breakwater.loadtest.network;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs commands of the system that say little and end soon. */
final class Tool {
  private Tool() {}

  /** How one ended, and what it said. */
  record Outcome(int status, String said) {}

  /**
   * Returns when it has ended.
   *
   * @throws IOException if it cannot be started
   */
  static Outcome run(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .start();
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Outcome(process.waitFor(), said);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    }
  }

  /**
   * Runs one that has to do what it is told.
   *
   * @return what it said
   */
  static String require(List<String> command) {
    try {
      Outcome outcome = run(command);
      if (outcome.status() != 0) {
        throw new TrialFailure(
            "%s: status %d: %s"
                .formatted(String.join(" ", command), outcome.status(), outcome.said()));
      }
      return outcome.said();
    } catch (IOException e) {
      throw new TrialFailure(
          "cannot run %s: %s".formatted(String.join(" ", command), e.getMessage()), e);
    }
  }
}
