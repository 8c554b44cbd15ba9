package io.breakwater.cli.supervise;

import io.breakwater.cli.process.ChildProcess;
import io.breakwater.cli.process.StartFailure;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One service under supervision. Confined to the supervisor's thread. */
final class Supervised {
  private static final Duration ASK_AGAIN = Duration.ofMillis(100);
  private static final Duration FOR_EVER = Duration.ofDays(1);

  /** Exit statuses from here on mean a signal, of which the log says nothing. */
  private static final int SIGNAL = 128;

  private final Service service;
  private final PidFile pidFile;
  private final Consumer<String> console;
  private final Runnable wake;
  private final Lifecycle lifecycle;
  private @Nullable ChildProcess child;
  private String notReadyBecause = "it was not asked";
  private Duration startedAt = Duration.ZERO;
  private Duration complainedAt = Duration.ZERO;

  /** What is said of the previous process when its successor starts; empty before the first end. */
  private String previous = "";

  /**
   * @param wake to be run, on any thread, when the process has ended
   */
  Supervised(Service service, PidFile pidFile, Consumer<String> console, Runnable wake) {
    this.service = service;
    this.pidFile = pidFile;
    this.console = console;
    this.wake = wake;
    lifecycle = new Lifecycle(service.readyLimit());
  }

  /**
   * Does what is due.
   *
   * @return when to come again at the latest
   * @throws StartFailure if the service cannot be started the first time
   */
  Duration attend(Duration now) {
    noticeEnd(now);
    return switch (lifecycle.next(now)) {
      case Lifecycle.Step.Start start -> start(now);
      case Lifecycle.Step.Ask ask -> ask(now);
      case Lifecycle.Step.Wait(Duration delay) -> delay;
      case Lifecycle.Step.Rest rest -> FOR_EVER;
      case Lifecycle.Step.GiveUp giveUp -> throw tooSlow();
    };
  }

  private void noticeEnd(Duration now) {
    ChildProcess ended = child;
    if (ended == null || ended.isAlive()) {
      return;
    }
    child = null;
    pidFile.delete();
    int status = ended.onExit().join();
    lifecycle.ended(now);
    String reason = status < SIGNAL ? ": " + ended.reason() : "";
    if (lifecycle.next(now) instanceof Lifecycle.Step.GiveUp) {
      throw new StartFailure(
          "%s ended at its start (exit status %d)%s; its log is %s; %s"
              .formatted(
                  service.name(),
                  status,
                  reason,
                  ended.launch().log(),
                  service.obstacle().get().orElse(service.advice())));
    }
    previous = "pid %d (exit status %d)".formatted(ended.pid(), status);
    console.accept(
        "%s: pid %d ended (exit status %d)%s"
            .formatted(service.name(), ended.pid(), status, reason));
  }

  private Duration start(Duration now) {
    try {
      ChildProcess started = startWithPidFile();
      child = started;
      startedAt = now;
      complainedAt = now;
      lifecycle.started(now);
      started.onExit().thenRun(wake).exceptionally(failure -> null);
      console.accept(
          "%s: pid %d started%s, log %s"
              .formatted(
                  service.name(),
                  started.pid(),
                  previous.isEmpty() ? "" : " in place of " + previous,
                  started.launch().log()));
      return ASK_AGAIN;
    } catch (StartFailure failure) {
      if (previous.isEmpty()) {
        throw failure;
      }
      lifecycle.ended(now);
      console.accept("%s: %s".formatted(service.name(), failure.getMessage()));
      return ASK_AGAIN;
    }
  }

  /** Without its pid file a process is not left running: the next supervisor could not find it. */
  private ChildProcess startWithPidFile() {
    ChildProcess started = ChildProcess.start(service.launch().get());
    try {
      pidFile.write(started.pid());
      return started;
    } catch (StartFailure failure) {
      started.kill();
      throw failure;
    }
  }

  private Duration ask(Duration now) {
    return switch (service.probe().ask(pid())) {
      case Probe.Answer.Ready ready -> {
        lifecycle.ready(now);
        console.accept(
            "%s: up after %.1f s"
                .formatted(service.name(), now.minus(startedAt).toMillis() / 1000.0));
        yield FOR_EVER;
      }
      case Probe.Answer.NotReady(String why) -> notReady(why, now);
      case Probe.Answer.Stranger(String line) -> {
        if (previous.isEmpty()) {
          throw new StartFailure(line);
        }
        yield notReady(line, now);
      }
    };
  }

  private Duration notReady(String why, Duration now) {
    notReadyBecause = why;
    lifecycle.notReady(now);
    complain(now);
    return ASK_AGAIN;
  }

  /** Once per limit: a service that was ready before has no other end to its new start. */
  private void complain(Duration now) {
    boolean givenUp = lifecycle.next(now) instanceof Lifecycle.Step.GiveUp;
    if (!givenUp && now.minus(complainedAt).compareTo(service.readyLimit()) > 0) {
      complainedAt = now;
      console.accept(
          "%s: pid %d is not up after %d s: %s"
              .formatted(service.name(), pid(), now.minus(startedAt).toSeconds(), notReadyBecause));
    }
  }

  private StartFailure tooSlow() {
    ChildProcess slow = child;
    return new StartFailure(
        "%s is not ready after %d s (%s)%s; %s"
            .formatted(
                service.name(),
                service.readyLimit().toSeconds(),
                notReadyBecause,
                slow == null
                    ? ""
                    : ": %s; its log is %s".formatted(slow.reason(), slow.launch().log()),
                service.advice()));
  }

  boolean isUp() {
    return lifecycle.isUp();
  }

  String name() {
    return service.name();
  }

  /** The pid of the process that runs, or 0. */
  long pid() {
    return child == null ? 0 : child.pid();
  }

  /** Asks the process to end, if it runs; {@link #stop} is to follow. */
  void requestStop() {
    if (child != null) {
      child.requestStop();
    }
  }

  /** Ends the process if it runs; returns when it is gone. */
  void stop() {
    ChildProcess running = child;
    if (running != null) {
      running.stop(service.stopGrace());
      pidFile.delete();
      child = null;
      console.accept("%s: stopped".formatted(service.name()));
    }
  }
}
