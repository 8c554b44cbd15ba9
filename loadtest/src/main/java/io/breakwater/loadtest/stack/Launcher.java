package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Starts {@code ./breakwater} processes, and ends them when it is closed or when this process ends
 * in any way. Any thread.
 */
public final class Launcher implements AutoCloseable {
  /** What {@code up} needs to stop one of each in order, and some more. */
  private static final Duration GRACE = Duration.ofSeconds(90);

  private final Path root;
  private final Queue<Process> running = new ConcurrentLinkedQueue<>();
  private final Thread hook = Thread.ofPlatform().unstarted(this::endAll);

  /**
   * @param root the directory of {@code breakwater}, built
   */
  public Launcher(Path root) {
    this.root = root;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The directory of the {@code breakwater} that started this process. */
  public static Path ownRoot() {
    String root = System.getProperty("breakwater.root");
    if (root == null) {
      throw new TrialFailure("system property breakwater.root is missing: start with ./breakwater");
    }
    return Path.of(root);
  }

  /** Where a process reads from and writes to; nothing is inherited. */
  record Streams(ProcessBuilder.Redirect in, Path out, Path err) {}

  Process start(List<String> arguments, Streams streams) {
    return start(arguments, streams, Map.of());
  }

  /** With environment variables beside those of this process. */
  Process start(List<String> arguments, Streams streams, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(root.resolve("breakwater").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectInput(streams.in);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(streams.out.toFile()));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(streams.err.toFile()));
    builder.environment().putAll(environment);
    builder.environment().put("BREAKWATER_BUILD", "off");
    builder.environment().put("JAVA25_HOME", System.getProperty("java.home"));
    try {
      Process process = builder.start();
      running.add(process);
      Lifeline.tie(process);
      return process;
    } catch (IOException e) {
      throw new TrialFailure("cannot start %s: %s".formatted(command, e.getMessage()), e);
    }
  }

  /**
   * Runs one to its end.
   *
   * @param log takes what it prints, after what is there
   * @return its exit status
   */
  public int run(List<String> arguments, Path log) {
    Process process = start(arguments, new Streams(nothing(), log, log));
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted while %s ran".formatted(arguments), e);
    } finally {
      end(process);
    }
  }

  static ProcessBuilder.Redirect nothing() {
    return ProcessBuilder.Redirect.from(new File("/dev/null"));
  }

  /** SIGTERM, after a while SIGKILL; returns when it is gone. */
  void end(Process process) {
    end(process, Duration.ZERO);
  }

  /** The same, with more patience. */
  void end(Process process, Duration extra) {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.plus(extra).toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    running.remove(process);
  }

  private void endAll() {
    running.forEach(Process::destroy);
    running.forEach(this::end);
  }

  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It runs already.
    }
  }
}
