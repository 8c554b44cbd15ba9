package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A server beside those of a stack, which nobody starts again; it ends with us. Made and used by
 * one thread.
 */
public final class FurtherServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  /** Finer than what is measured, and still few questions to a process that starts. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(5);

  private final StartCommand command;
  private final Path log;
  private final Clock clock;
  private final Process process;

  private FurtherServer(StartCommand command, Path log, Clock clock, Process process) {
    this.command = command;
    this.log = log;
    this.clock = clock;
    this.process = process;
  }

  /**
   * Starts it; returns at once.
   *
   * @param log takes what it prints, after what is there
   */
  public static FurtherServer start(StartCommand command, Path log) {
    ProcessBuilder builder = new ProcessBuilder(command.words());
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    builder.redirectInput(Launcher.nothing());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Clock clock = Clock.start();
    try {
      Process process = builder.start();
      Lifeline.tie(process);
      return new FurtherServer(command, log, clock, process);
    } catch (IOException e) {
      throw new TrialFailure("cannot start a further %s: %s".formatted(command.part(), e), e);
    }
  }

  /** Its process. */
  public long pid() {
    return process.pid();
  }

  /** Where it is used. */
  public InetSocketAddress serves() {
    return command.serves();
  }

  /** Waits until its admin port answers: the time since its start. */
  public Duration awaitAlive() {
    return await("to answer", () -> Admin.ask(command.admin(), "/livez").isPresent());
  }

  /** Waits until it is ready: the time since its start. */
  public Duration awaitReady() {
    return await("to be ready", () -> Admin.ask(command.admin(), "/readyz").isPresent());
  }

  private Duration await(String what, BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (!process.isAlive() || clock.has(START_LIMIT)) {
        throw new TrialFailure(
            "a further %s %s (expected: %s within %d s; see %s)"
                .formatted(
                    command.part(),
                    process.isAlive() ? "starts" : "ended with status " + process.exitValue(),
                    what,
                    START_LIMIT.toSeconds(),
                    log));
      }
      Clock.pause(ASK_AGAIN);
    }
    return clock.elapsed();
  }

  /** SIGTERM, after a minute SIGKILL; returns when it is gone. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
