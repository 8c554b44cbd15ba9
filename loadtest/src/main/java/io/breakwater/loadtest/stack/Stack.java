package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A running {@code ./breakwater up}. Any thread. */
public final class Stack implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(4);
  private static final Duration RESTART_LIMIT = Duration.ofMinutes(2);
  private static final int LISTEN_TIMEOUT_MS = 500;

  private final Launcher launcher;
  private final Process up;
  private final Path data;
  private final Ports ports;

  private Stack(Launcher launcher, Process up, Path data, Ports ports) {
    this.launcher = launcher;
    this.up = up;
    this.data = data;
    this.ports = ports;
  }

  /** Returns when it says that it is ready. */
  public static Stack start(Launcher launcher, Path data, Ports ports) {
    return start(launcher, data, ports, new Setup(List.of(), Map.of()));
  }

  /**
   * How it differs from the default.
   *
   * @param options of {@code ./breakwater up}
   * @param environment settings of its processes
   */
  public record Setup(List<String> options, Map<String, String> environment) {
    /** Copies both. */
    public Setup {
      options = List.copyOf(options);
      environment = Map.copyOf(environment);
    }
  }

  /** Returns when it says that it is ready. */
  public static Stack start(Launcher launcher, Path data, Ports ports, Setup setup) {
    Path log = data.resolve("up.log");
    List<String> arguments = new ArrayList<>(List.of("up", "--data=" + data));
    arguments.addAll(ports.options());
    arguments.addAll(setup.options());
    Process up =
        launcher.start(
            arguments, new Launcher.Streams(Launcher.nothing(), log, log), setup.environment());
    Clock.await(
        "./breakwater up to be ready (see " + log + ")",
        START_LIMIT,
        () -> {
          if (!up.isAlive()) {
            throw new TrialFailure(
                "./breakwater up ended with status %d: %s".formatted(up.exitValue(), last(log)));
          }
          return lines(log).stream().anyMatch(line -> line.startsWith("ready:"));
        });
    return new Stack(launcher, up, data, ports);
  }

  /** How {@code up} ended that should not start: its exit status, and all that it said. */
  public record Refusal(int status, List<String> lines) {}

  /** Starts {@code up} with further options, and waits until it ends. */
  public static Refusal refusal(
      Launcher launcher, Path data, Ports ports, List<String> options, Duration limit) {
    Path log = data.resolve("up.log");
    List<String> arguments = new ArrayList<>(List.of("up", "--data=" + data));
    arguments.addAll(ports.options());
    arguments.addAll(options);
    Process up = launcher.start(arguments, new Launcher.Streams(Launcher.nothing(), log, log));
    try {
      Clock.await("./breakwater up to end (see " + log + ")", limit, () -> !up.isAlive());
      return new Refusal(up.exitValue(), lines(log));
    } finally {
      launcher.end(up);
    }
  }

  private static String last(Path log) {
    List<String> lines = lines(log);
    return lines.isEmpty() ? "it said nothing" : lines.getLast();
  }

  private static List<String> lines(Path log) {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The port for clients. */
  public int port() {
    return ports.clients();
  }

  /** The port for clients with TLS; somebody listens there with the option {@code --tls}. */
  public int tlsPort() {
    return ports.tlsClients();
  }

  /** The gateway's certificate, with the option {@code --tls}. */
  public Path certificate() {
    return data.resolve("tls.crt");
  }

  /** The keys of the gateway and of the trunk, with {@code --tls} and {@code --trunk-tls}: PEM. */
  public List<Path> privateKeys() {
    Path trunk = data.resolve("trunk-tls");
    return List.of(
        data.resolve("tls.key"), trunk.resolve("gateway.key"), trunk.resolve("delivery.key"));
  }

  /** What tokens are made with: one line of hexadecimal digits. */
  public Path clusterSecret() {
    return data.resolve("cluster.secret");
  }

  /** Where Cassandra takes CQL, on 127.0.0.1. */
  public int cqlPort() {
    return ports.cql();
  }

  /** The process that runs as this part now; none if it is being started again. */
  public Optional<Long> pid(Part part) {
    try {
      return Optional.of(
          Long.parseLong(Files.readString(data.resolve("run").resolve(part + ".pid")).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** SIGKILL; returns when the process is gone. */
  public Death kill(Part part) {
    long pid = pid(part).orElseThrow(() -> new TrialFailure("%s has no pid file".formatted(part)));
    ProcessHandle process =
        ProcessHandle.of(pid)
            .orElseThrow(() -> new TrialFailure("%s: no process %d".formatted(part, pid)));
    Clock clock = Clock.start();
    process.destroyForcibly();
    Clock.await("the end of " + part, Duration.ofSeconds(10), () -> !process.isAlive());
    return new Death(part, pid, clock);
  }

  /**
   * A part that was killed.
   *
   * @param since runs since the kill
   */
  public record Death(Part part, long pid, Clock since) {}

  /** Waits until another process runs in its place and is ready. */
  public Rebirth awaitRestart(Death death) {
    Clock.await(
        "%s to be restarted (see %s)".formatted(death.part, data.resolve("up.log")),
        RESTART_LIMIT,
        () -> pid(death.part).filter(pid -> pid != death.pid).isPresent() && isReady(death.part));
    return new Rebirth(death, pid(death.part).orElse(0L), death.since.elapsed());
  }

  /** What took the place of a part that was killed, and how long after the kill it was ready. */
  public record Rebirth(Death death, long pid, Duration readyAfter) {}

  /** Whether it answers now; Cassandra: whether it listens. */
  public boolean isReady(Part part) {
    return switch (part) {
      case CASSANDRA -> listens(ports.cql());
      case DELIVERY -> Admin.ask(local(ports.deliveryAdmin()), "/readyz").isPresent();
      case GATEWAY -> Admin.ask(local(ports.gatewayAdmin()), "/readyz").isPresent();
    };
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(Ports.local(), port);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(local(port), LISTEN_TIMEOUT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The figures of a delivery node or a gateway; none if it does not answer now. */
  public Optional<Metrics> metrics(Part part) {
    return metricsText(part).map(Metrics::parse);
  }

  /** The same as Prometheus reads it. */
  public Optional<String> metricsText(Part part) {
    int port =
        switch (part) {
          case DELIVERY -> ports.deliveryAdmin();
          case GATEWAY -> ports.gatewayAdmin();
          case CASSANDRA -> throw new IllegalArgumentException("Cassandra has no admin port");
        };
    return Admin.ask(local(port), "/metrics");
  }

  /** What {@code up} itself says. */
  public Path log() {
    return data.resolve("up.log");
  }

  /** Where its processes log. */
  public Path logs() {
    return data.resolve("logs");
  }

  /** One figure of the delivery node; 0 if it does not answer now. */
  public long delivery(String name) {
    return metrics(Part.DELIVERY).map(metrics -> metrics.value(name)).orElse(0L);
  }

  /** Stops all of it; returns when it is gone. */
  @Override
  public void close() {
    launcher.end(up);
  }
}
