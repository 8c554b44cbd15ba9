package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A running {@code ./breakwater up}. Any thread. */
public final class Stack implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(4);

  /** Cassandra nodes start at once, and share the processors. */
  private static final Duration START_LIMIT_OF_EACH_FURTHER = Duration.ofMinutes(2);

  private static final Duration STAND_STILL_LIMIT = Duration.ofSeconds(10);

  /** Delivery nodes stop one after the other. */
  private static final Duration STOP_OF_EACH_FURTHER = Duration.ofSeconds(15);

  private final Launcher launcher;
  private final Process up;
  private final Path data;
  private final Ports ports;
  private final Size size;
  private final Hosts hosts;

  private Stack(Launcher launcher, Process up, Path data, Ports ports, Setup setup) {
    this.launcher = launcher;
    this.up = up;
    this.data = data;
    this.ports = ports;
    size = setup.size();
    hosts = setup.hosts();
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
   * @param hosts where servers are that are not at their usual addresses
   */
  public record Setup(
      List<String> options, Map<String, String> environment, Size size, Hosts hosts) {
    /** Copies the lists. */
    public Setup {
      options = List.copyOf(options);
      environment = Map.copyOf(environment);
    }

    /** With all servers at their usual addresses. */
    public Setup(List<String> options, Map<String, String> environment, Size size) {
      this(options, environment, size, Hosts.none());
    }

    /** The same, with one server of each kind. */
    public Setup(List<String> options, Map<String, String> environment) {
      this(options, environment, Size.ONE_OF_EACH);
    }
  }

  /** Returns when it says that it is ready. */
  public static Stack start(Launcher launcher, Path data, Ports ports, Setup setup) {
    Path log = data.resolve("up.log");
    List<String> arguments = new ArrayList<>(List.of("up", "--data=" + data));
    arguments.addAll(ports.options());
    arguments.addAll(setup.size().options());
    arguments.addAll(setup.options());
    if (!setup.hosts().byName().isEmpty()) {
      arguments.add("--hosts=" + written(setup.hosts(), data.resolve("hosts")));
    }
    // Those of an earlier stack on the same data, which has ended.
    int earlier = lines(log).size();
    Process up =
        launcher.start(
            arguments, new Launcher.Streams(Launcher.nothing(), log, log), setup.environment());
    Clock.await(
        "./breakwater up to be ready (see " + log + ")",
        START_LIMIT.plus(START_LIMIT_OF_EACH_FURTHER.multipliedBy(setup.size().cassandras() - 1)),
        () -> {
          if (!up.isAlive()) {
            throw new TrialFailure(
                "./breakwater up ended with status %d: %s".formatted(up.exitValue(), last(log)));
          }
          return lines(log).stream().skip(earlier).anyMatch(line -> line.startsWith("ready:"));
        });
    return new Stack(launcher, up, data, ports, setup);
  }

  private static Path written(Hosts hosts, Path file) {
    try {
      return Files.write(file, hosts.lines());
    } catch (IOException e) {
      throw new TrialFailure("cannot write " + file + ": " + e.getMessage(), e);
    }
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

  /** All servers: Cassandra, delivery nodes, gateways. */
  public List<Server> servers() {
    return Arrays.stream(Part.values()).flatMap(part -> servers(part).stream()).toList();
  }

  /** Those of a kind, in the order of their addresses. */
  public List<Server> servers(Part part) {
    return IntStream.rangeClosed(1, size.of(part))
        .mapToObj(
            number -> {
              String name = size.name(part, number);
              return new Server(part, name, data, hosts.address(name, number), ports, up.pid());
            })
        .toList();
  }

  /** The first one of a kind; the only one in most stacks. */
  public Server server(Part part) {
    return servers(part).getFirst();
  }

  /** The process that runs as this part now; none if it is being started again. */
  public Optional<Long> pid(Part part) {
    return server(part).pid();
  }

  /** SIGKILL; returns when the process is gone. */
  public Death kill(Part part) {
    return server(part).kill();
  }

  /**
   * A server whose process was killed or terminated.
   *
   * @param since runs since the signal
   */
  public record Death(Server server, long pid, Clock since) {
    /** What it was. */
    public Part part() {
      return server.part();
    }
  }

  /** Waits until another process runs in its place and is ready. */
  public Rebirth awaitRestart(Death death) {
    return death.server().awaitRestart(death);
  }

  /** What took the place of a process that ended, and how long after the signal it was ready. */
  public record Rebirth(Death death, long pid, Duration readyAfter) {}

  /** Whether it answers now; Cassandra: whether it listens. */
  public boolean isReady(Part part) {
    return server(part).isReady();
  }

  /** The figures of a delivery node or a gateway; none if it does not answer now. */
  public Optional<Metrics> metrics(Part part) {
    return server(part).metrics();
  }

  /** The same as Prometheus reads it. */
  public Optional<String> metricsText(Part part) {
    return server(part).metricsText();
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

  /** Something that may fail. */
  public interface Work {
    /** Does it. */
    void run() throws IOException;
  }

  /**
   * As when its machine loses its power: all processes stand still, then are gone. What they left
   * can be started again. Linux.
   *
   * @param meanwhile is done while they stand still: Cassandra writes nothing any more
   * @throws TrialFailure if a server is being started again at the moment
   */
  public void losePower(Work meanwhile) throws IOException {
    List<Long> pids = new ArrayList<>(List.of(up.pid()));
    servers().forEach(server -> pids.add(server.runningPid()));
    // The supervisor first, so that nothing is started again; Cassandra before who answers for it.
    pids.forEach(Signal.STOP::send);
    Clock.await(
        "all processes to stand still",
        STAND_STILL_LIMIT,
        () -> pids.stream().allMatch(Signal::isStopped));
    meanwhile.run();
    pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    Clock.await(
        "all processes to be gone",
        STAND_STILL_LIMIT,
        () -> pids.stream().allMatch(Signal::isGone));
    launcher.end(up);
  }

  /** Stops all of it; returns when it is gone. */
  @Override
  public void close() {
    launcher.end(up, STOP_OF_EACH_FURTHER.multipliedBy(size.deliveries() - 1));
  }
}
