package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Programs of the system that do one thing and end. Any thread. */
public final class Tool {
  private Tool() {}

  /**
   * Returns when it has ended.
   *
   * @return all that it said
   * @throws TrialFailure if it cannot be started, or ends with another status than 0
   */
  public static String run(String... command) {
    return run(List.of(command));
  }

  /** The same. */
  public static String run(List<String> command) {
    Ended ended = end(command);
    if (ended.status != 0) {
      throw new TrialFailure(ended.toString());
    }
    return ended.said;
  }

  /** The same; what is wrong, if something is. */
  public static Optional<String> problem(String... command) {
    try {
      Ended ended = end(List.of(command));
      return ended.status == 0 ? Optional.empty() : Optional.of(ended.toString());
    } catch (TrialFailure e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** How a program ended, and what it said. */
  public record Ended(List<String> command, int status, String said) {
    @Override
    public String toString() {
      // A script has many lines.
      String first = String.join(" ", command).lines().findFirst().orElse("");
      return "%s: status %d: %s".formatted(first, status, said.strip());
    }
  }

  /**
   * Returns when it has ended, with whatever status.
   *
   * @throws TrialFailure if it cannot be started
   */
  public static Ended end(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(command, process.waitFor(), said);
    } catch (IOException e) {
      throw new TrialFailure(
          "cannot start %s: %s".formatted(command.getFirst(), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    }
  }
}
