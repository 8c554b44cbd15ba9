package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One server of a stack, whichever process it is at the moment. Any thread. */
public final class Server {
  /** How a delivery node's answer begins when it asks to become a member. */
  private static final String JOINING = "joining:";

  private static final Duration RESTART_LIMIT = Duration.ofMinutes(2);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  /** What any of them needs to stop in order, and some more. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  private static final int LISTEN_TIMEOUT_MS = 500;

  private final Part part;
  private final String name;
  private final Path data;
  private final InetAddress address;
  private final Ports ports;
  private final long supervisor;

  /**
   * @param address at which it listens
   * @param supervisor the process that starts it
   */
  Server(Part part, String name, Path data, InetAddress address, Ports ports, long supervisor) {
    this.part = part;
    this.name = name;
    this.data = data;
    this.address = address;
    this.ports = ports;
    this.supervisor = supervisor;
  }

  /** What it is. */
  public Part part() {
    return part;
  }

  /** As the supervisor names it. */
  @Override
  public String toString() {
    return name;
  }

  /** The process that it is now; none if it is being started again. */
  public Optional<Long> pid() {
    try {
      return Optional.of(
          Long.parseLong(Files.readString(data.resolve("run").resolve(name + ".pid")).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** SIGKILL; returns when the process is gone. */
  public Stack.Death kill() {
    Clock clock = Clock.start();
    ProcessHandle process = process();
    process.destroyForcibly();
    return ended(process, clock, KILL_LIMIT);
  }

  /** SIGKILL if it runs at the moment; returns when the process is gone. */
  public void killIfRuns() {
    running()
        .ifPresent(
            process -> {
              process.destroyForcibly();
              ended(process, Clock.start(), KILL_LIMIT);
            });
  }

  /** SIGTERM; returns when the process is gone. */
  public Stack.Death terminate() {
    return terminate(() -> false);
  }

  /** The same; returns earlier if it is given up. */
  public Stack.Death terminate(BooleanSupplier isGivenUp) {
    Clock clock = Clock.start();
    ProcessHandle process = process();
    process.destroy();
    return ended(process, clock, STOP_LIMIT, isGivenUp);
  }

  /** SIGSTOP. */
  public Frozen freeze() {
    long pid = process().pid();
    Signal.STOP.send(pid);
    return new Frozen(this, pid);
  }

  /** A process that was told to stand still. */
  public record Frozen(Server server, long pid) {
    /** Whether it does, as far as can be seen. */
    public boolean isSeen() {
      return Signal.isStopped(pid);
    }

    /** SIGCONT; nothing if it was killed meanwhile. */
    public void resume() {
      if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
        Signal.CONT.send(pid);
      }
    }
  }

  /**
   * The process that it surely is now.
   *
   * @throws TrialFailure if it is being started again
   */
  long runningPid() {
    return process().pid();
  }

  /**
   * How its process was started, with what further ones of its kind can be. Linux.
   *
   * @throws TrialFailure if it is being started again
   */
  public StartCommand startCommand() {
    return StartCommand.of(part, runningPid());
  }

  private ProcessHandle process() {
    return running()
        .orElseThrow(
            () ->
                new TrialFailure(
                    "%s does not run (expected: the process in its pid file)".formatted(name)));
  }

  /** A child of the supervisor, and no other process that was given the pid later. */
  private Optional<ProcessHandle> running() {
    return pid()
        .flatMap(ProcessHandle::of)
        .filter(
            process ->
                process.isAlive()
                    && process.parent().filter(up -> up.pid() == supervisor).isPresent());
  }

  private Stack.Death ended(ProcessHandle process, Clock clock, Duration limit) {
    return ended(process, clock, limit, () -> false);
  }

  private Stack.Death ended(
      ProcessHandle process, Clock clock, Duration limit, BooleanSupplier isGivenUp) {
    Clock.await("the end of " + name, limit, () -> !process.isAlive() || isGivenUp.getAsBoolean());
    return new Stack.Death(this, process.pid(), clock);
  }

  /** Waits until another process runs in its place and answers; it need not be ready. */
  public void awaitSuccessor(Stack.Death death) {
    Clock.await(
        "a successor of %s (see %s)".formatted(name, data.resolve("up.log")),
        RESTART_LIMIT,
        () ->
            pid().filter(pid -> pid != death.pid()).isPresent()
                && Admin.ask(admin(), "/livez").isPresent());
  }

  /**
   * Waits until another process runs in its place and begins to join the others, or is ready. Some
   * tenths of a second later they may have decided that it is one of them.
   */
  public void awaitJoining(Stack.Death death) {
    awaitSuccessor(death);
    Clock.await(
        "the successor of %s to join (see %s)".formatted(name, data.resolve("up.log")),
        RESTART_LIMIT,
        () -> isReady() || Admin.body(admin(), "/readyz").startsWith(JOINING));
  }

  /** Waits until another process runs in its place and is ready. */
  public Stack.Rebirth awaitRestart(Stack.Death death) {
    return awaitRestart(death, () -> false).orElseThrow();
  }

  /** The same; nothing if it is given up before. */
  public Optional<Stack.Rebirth> awaitRestart(Stack.Death death, BooleanSupplier isGivenUp) {
    Clock.await(
        "%s to be restarted (see %s)".formatted(name, data.resolve("up.log")),
        RESTART_LIMIT,
        () -> isRestarted(death) || isGivenUp.getAsBoolean());
    return isGivenUp.getAsBoolean() && !isRestarted(death)
        ? Optional.empty()
        : Optional.of(new Stack.Rebirth(death, pid().orElse(0L), death.since().elapsed()));
  }

  private boolean isRestarted(Stack.Death death) {
    return pid().filter(pid -> pid != death.pid()).isPresent() && isReady();
  }

  /** Whether it answers now; Cassandra: whether it listens. */
  public boolean isReady() {
    return switch (part) {
      case CASSANDRA -> listens(at(ports.cql()));
      case DELIVERY, GATEWAY -> Admin.ask(admin(), "/readyz").isPresent();
    };
  }

  private static boolean listens(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, LISTEN_TIMEOUT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Its figures; none if it does not answer now. Not of Cassandra, which has no admin port. */
  public Optional<Metrics> metrics() {
    return metricsText().map(Metrics::parse);
  }

  /** The same as Prometheus reads it. */
  Optional<String> metricsText() {
    return Admin.ask(admin(), "/metrics");
  }

  /**
   * Whether this delivery node is, or is about to be, the home of a user; false if it is silent.
   */
  public boolean isHomeOf(String userId) {
    return Admin.ask(admin(), "/home?user=" + userId)
        .filter(text -> text.lines().anyMatch(line -> line.matches("here (home|gaining)")))
        .isPresent();
  }

  /**
   * What time it is there, as the process itself says, to the second; none if it does not answer
   * now. Not of Cassandra, which has no admin port.
   */
  public Optional<Instant> time() {
    return Admin.time(admin());
  }

  private InetSocketAddress admin() {
    return switch (part) {
      case DELIVERY -> at(ports.deliveryAdmin());
      case GATEWAY -> at(ports.gatewayAdmin());
      case CASSANDRA -> throw new IllegalArgumentException("Cassandra has no admin port");
    };
  }

  /** Where it is used: clients, trunks, CQL. */
  public InetSocketAddress serves() {
    return switch (part) {
      case CASSANDRA -> at(ports.cql());
      case DELIVERY -> at(ports.trunk());
      case GATEWAY -> at(ports.clients());
    };
  }

  private InetSocketAddress at(int port) {
    return new InetSocketAddress(address, port);
  }

  /** Its log, with those of the processes that it was before. */
  public Path log() {
    return data.resolve("logs").resolve(name + ".log");
  }
}
