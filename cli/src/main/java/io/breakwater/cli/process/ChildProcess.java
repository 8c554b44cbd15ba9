package io.breakwater.cli.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A process that we started. Safe for any thread.
 *
 * <p>It starts through {@code sh -c 'trap "" INT HUP; exec ...'}: signals that are ignored stay so
 * across exec, and a JVM leaves them ignored. So Ctrl-C, which the terminal sends to every process
 * of the foreground group, reaches only us, and we stop the children in our own order. Unlike
 * {@code setsid} this is there on every system that has a shell, and the group can still be killed
 * as one.
 */
public final class ChildProcess {
  /** Bytes of a log beyond which it is set aside at the next start. */
  static final long LOG_LIMIT = 64L << 20;

  private final Launch launch;
  private final Process process;
  private final long logStart;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  private ChildProcess(Launch launch, Process process, long logStart) {
    this.launch = launch;
    this.process = process;
    this.logStart = logStart;
  }

  /**
   * Starts the process; its log is appended to, or set aside as {@code <log>.1} if it exceeds 64
   * MiB.
   *
   * @throws StartFailure if the log cannot be written or the program cannot be run
   */
  public static ChildProcess start(Launch launch) {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\""));
    command.add("breakwater-" + launch.name());
    command.addAll(launch.command());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(launch.environment());
    builder.redirectInput(Redirect.from(new File("/dev/null")));
    builder.redirectErrorStream(true);
    builder.redirectOutput(Redirect.appendTo(launch.log().toFile()));
    try {
      long logStart = prepareLog(launch.log());
      ChildProcess child = new ChildProcess(launch, builder.start(), logStart);
      Lifeline lifeline = Lifeline.of(child.process);
      // Not Process.onExit, which needs a free thread of the common pool.
      Thread.ofPlatform()
          .daemon()
          .name("exit-" + launch.name())
          .start(() -> child.noticeExit(lifeline));
      return child;
    } catch (IOException e) {
      throw new StartFailure(
          "cannot start %s with its log in %s: %s"
              .formatted(launch.name(), launch.log(), e.getMessage()),
          e);
    }
  }

  private static long prepareLog(Path log) throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    if (!Files.exists(log)) {
      return 0;
    }
    if (Files.size(log) <= LOG_LIMIT) {
      return Files.size(log);
    }
    Files.move(
        log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
    return 0;
  }

  private void noticeExit(Lifeline lifeline) {
    try {
      int status = process.waitFor();
      lifeline.cut();
      exit.complete(status);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts this thread", e);
    }
  }

  /** What it was started from. */
  public Launch launch() {
    return launch;
  }

  /** The system's process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Completes with the exit status (128 + signal if it was killed) once it has ended. */
  public CompletableFuture<Integer> onExit() {
    return exit.copy();
  }

  /** The line of this start's log that best says why it ended, or that it says nothing. */
  public String reason() {
    return LogTail.reason(launch.log(), logStart);
  }

  /** SIGKILL; waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** SIGTERM; returns at once. */
  public void requestStop() {
    process.destroy();
  }

  /** SIGTERM, and SIGKILL if it has not ended after {@code grace}; waits until it is gone. */
  public void stop(Duration grace) {
    process.destroy();
    try {
      if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    awaitExit();
  }

  /** A killed process is gone within the kernel's time, so this wait needs no bound of its own. */
  private void awaitExit() {
    exit.join();
  }
}
