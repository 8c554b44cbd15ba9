package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code ./breakwater chat} that runs or has ended. Any thread. */
public final class Chat implements AutoCloseable {
  private final Launcher launcher;
  private final Process process;
  private final Path err;

  Chat(Launcher launcher, Process process, Path err) {
    this.launcher = launcher;
    this.process = process;
    this.err = err;
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit status. */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TrialFailure(
            "a chat did not end within %d s; it last said: %s (%s)"
                .formatted(limit.toSeconds(), lastWords(), err));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    }
  }

  /** The last line that it wrote on standard error. */
  public String lastWords() {
    List<String> said = said();
    return said.isEmpty() ? "nothing" : said.getLast();
  }

  /**
   * A figure {@code name=123} of the line on standard error that sums up; -1 if there is none, and
   * a trial that needs it fails.
   */
  public long figure(String name) {
    Pattern pattern = Pattern.compile("(?:^|\\s)" + Pattern.quote(name) + "=(\\d+)");
    for (String line : said().reversed()) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.find()) {
        return Long.parseLong(matcher.group(1));
      }
    }
    return -1;
  }

  private List<String> said() {
    try {
      return Files.readAllLines(err);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Ends it, if it has not ended. */
  @Override
  public void close() {
    launcher.end(process);
  }
}
