package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.Plan.Load;
import io.breakwater.loadtest.bench.Plan.Recipients;
import io.breakwater.loadtest.bench.phone.Message;
import io.breakwater.loadtest.bench.phone.TlsPort;
import io.breakwater.loadtest.bench.site.Site;
import io.breakwater.loadtest.bench.site.StackSite.History;
import io.breakwater.loadtest.bench.site.StackSite.Sync;
import io.breakwater.loadtest.bench.site.TargetSite;
import io.breakwater.loadtest.bench.site.Variant;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What {@code bench} may be told. Filled by picocli, then only read. */
final class BenchOptions {
  /** A process opens 20,000 files at most on many systems, and needs some for itself. */
  private static final int MAX_CONNECTIONS = 19_000;

  private static final String ALL = "all";
  private static final List<String> PROFILED = List.of("gateway", "delivery", "cassandra", ALL);

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  @Option(
      names = "--only",
      paramLabel = "SUBJECT",
      split = ",",
      description = "What to measure: ${COMPLETION-CANDIDATES} (default: all).")
  List<Subject> only = List.of(Subject.values());

  @Option(names = "--quick", description = "Short stretches, cold JVMs: only to see that it works.")
  boolean quick;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Pairs that exchange messages (default: ${DEFAULT-VALUE}).")
  int pairs;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      defaultValue = "160",
      description = "Size of a message (default: ${DEFAULT-VALUE}).")
  int payload;

  @Option(
      names = "--pace",
      paramLabel = "R",
      defaultValue = "0.5",
      description = "Messages per second and pair at human pace (default: ${DEFAULT-VALUE}).")
  double pace;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "15000",
      description = "Idle connections (default: ${DEFAULT-VALUE}).")
  int connections;

  @Option(
      names = "--idle-minutes",
      paramLabel = "N",
      defaultValue = "1",
      description = "How long they are idle (default: ${DEFAULT-VALUE}; with --quick 5 s).")
  double idleMinutes;

  @Option(names = "--tls", description = "Messages: the maximum with TLS, too.")
  boolean tlsMessages;

  @Option(
      names = "--variant",
      paramLabel = "NAME:KEY=VALUE,...",
      converter = Variants.class,
      description =
          "Run the servers like this; given more than once, measure each and compare them with the first."
              + " KEY is a variable of the environment (BREAKWATER_DELIVERY_JVM), or an option of up"
              + " (--gateway-heap). NAME alone: as usual.")
  List<Variant> variants = List.of(Variant.USUAL);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Measure everything so often, the variants in turn (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Option(
      names = "--profile",
      paramLabel = "PART",
      split = ",",
      description =
          "Draw flame graphs of these at the maximum of messages, in a stretch of its own:"
              + " gateway, delivery, cassandra, all. They go beside the JSON.")
  List<String> profiled = List.of();

  @Option(
      names = "--sync",
      paramLabel = "MODE",
      split = ",",
      defaultValue = "group,periodic",
      description =
          "Commit log modes of Cassandra for messages: ${COMPLETION-CANDIDATES} (default: both).")
  List<Sync> syncs = List.of();

  @Option(
      names = "--history",
      paramLabel = "MODE",
      split = ",",
      defaultValue = "on,off",
      description =
          "Whether delivery keeps message bodies: ${COMPLETION-CANDIDATES} (default: both).")
  List<History> histories = List.of();

  @Option(
      names = "--load",
      paramLabel = "LOAD",
      split = ",",
      defaultValue = "maximum,half,human",
      description =
          "Loads of messages; half is of the highest rate of messages one by one, which is searched for it:"
              + " ${COMPLETION-CANDIDATES} (default: all).")
  List<Load> loads = List.of();

  @Option(
      names = "--recipients",
      paramLabel = "WHICH",
      split = ",",
      defaultValue = "online,half-offline",
      description =
          "Whether all recipients of messages are there: ${COMPLETION-CANDIDATES} (default: both).")
  List<Recipients> recipients = List.of();

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      converter = Address.class,
      description = "A gateway that runs already; nothing is started.")
  @Nullable InetSocketAddress gateway;

  @Option(
      names = "--target-tls",
      paramLabel = "HOST:PORT",
      converter = Address.class,
      description = "With --target: its port for TLS; needs --trust.")
  @Nullable InetSocketAddress gatewayTls;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "With --target-tls: its certificate, or its authority's; PEM.")
  @Nullable Path trusted;

  @Option(
      names = "--pid",
      paramLabel = "PART=PID",
      description = "With --target: a process on this machine whose CPU is counted. Repeatable.")
  Map<Part, Long> pids = Map.of();

  @Option(
      names = "--admin",
      paramLabel = "PART=HOST:PORT",
      description = "With --target: an admin port, to see when the journal is empty. Repeatable.")
  Map<Part, String> admin = Map.of();

  @Option(
      names = "--cql",
      paramLabel = "HOST:PORT",
      converter = Address.class,
      description = "With --target: Cassandra, to count its reads.")
  @Nullable InetSocketAddress cql;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the directory of the stacks is made (default: a temporary one).")
  @Nullable Path data;

  @Option(names = "--keep", description = "Keep the directory of the stacks.")
  boolean keep;

  @Option(
      names = "--base-port",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "A stack listens at N, N+1, N+2, N+10, N+11, N+42 and N+43 (default: free ones from 12000 on).")
  int basePort;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Where the figures go (default: target/bench-TIME.json).")
  @Nullable Path file;

  /** {@code HOST:PORT}. */
  static final class Address implements ITypeConverter<InetSocketAddress> {
    Address() {}

    @Override
    public InetSocketAddress convert(String text) {
      int colon = text.lastIndexOf(':');
      try {
        int port = Integer.parseInt(text.substring(colon + 1));
        if (colon > 0 && port > 0) {
          return new InetSocketAddress(text.substring(0, colon), port);
        }
        throw malformed(text);
      } catch (IllegalArgumentException e) {
        throw malformed(text);
      }
    }

    private static TypeConversionException malformed(String text) {
      return new TypeConversionException(
          "'%s' (expected: HOST:PORT, PORT 1..65535)".formatted(text));
    }
  }

  /** {@link Variant#of}. */
  static final class Variants implements ITypeConverter<Variant> {
    Variants() {}

    @Override
    public Variant convert(String text) {
      try {
        return Variant.of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** What makes no sense; none if all does. */
  Optional<String> problem() {
    if (pairs < 2 || payload < Message.MIN_BYTES || payload > 65_536 || !isPace()) {
      return Optional.of(
          "--pairs: %d, --payload: %d, --pace: %s (expected: at least 2, %d..65536, above 0 and at most 1000000)"
              .formatted(pairs, payload, pace, Message.MIN_BYTES));
    }
    if (connections < 1 || connections > MAX_CONNECTIONS) {
      return Optional.of(
          "--connections: %d (expected: 1..%d)".formatted(connections, MAX_CONNECTIONS));
    }
    if (idleMinutes <= 0 || rounds < 1) {
      return Optional.of(
          "--idle-minutes: %s, --rounds: %d (expected: above 0, at least 1)"
              .formatted(idleMinutes, rounds));
    }
    if (variants.stream().map(Variant::name).distinct().count() < variants.size()) {
      return Optional.of("--variant: a name is given twice");
    }
    if (gateway != null && variants.stream().anyMatch(one -> !one.equals(Variant.USUAL))) {
      return Optional.of("--variant: servers that run already cannot be started otherwise");
    }
    if ((gatewayTls == null) != (trusted == null)) {
      return Optional.of("--target-tls and --trust: one without the other");
    }
    if (!PROFILED.containsAll(profiled)) {
      return Optional.of("--profile: %s (expected: of %s)".formatted(profiled, PROFILED));
    }
    if (gateway != null && gateway.isUnresolved()) {
      return Optional.of("--target: %s is not known".formatted(gateway.getHostString()));
    }
    if (!Ports.isBase(basePort)) {
      return Optional.of("--base-port: %d (expected: %s)".formatted(basePort, Ports.BASES));
    }
    try {
      admin.values().forEach(new Address()::convert);
      return Optional.empty();
    } catch (TypeConversionException e) {
      return Optional.of("--admin: " + e.getMessage());
    }
  }

  private boolean isPace() {
    return pace > 0 && pace <= 1e6;
  }

  List<Subject> subjects() {
    return only.stream().distinct().toList();
  }

  Plan plan() {
    return new Plan(
        quick ? Math.min(pairs, 100) : pairs,
        payload,
        pace,
        quick ? Math.min(connections, 1000) : connections,
        tlsMessages,
        syncs,
        histories,
        loads,
        recipients,
        variants,
        rounds,
        quick
            ? Plan.Times.QUICK
            : Plan.Times.FULL.withQuiet(Duration.ofSeconds(Math.round(idleMinutes * 60))));
  }

  /** Whose flame graphs are wanted. */
  List<Part> profiled() {
    return Arrays.stream(Part.values())
        .filter(part -> profiled.contains(ALL) || profiled.contains(part.toString()))
        .toList();
  }

  /** The servers that were given, if so. */
  Optional<Site> target() {
    if (gateway == null) {
      return Optional.empty();
    }
    Map<Part, InetSocketAddress> admins = new EnumMap<>(Part.class);
    admin.forEach((part, address) -> admins.put(part, new Address().convert(address)));
    Map<Part, List<Long>> processes = new EnumMap<>(Part.class);
    pids.forEach((part, pid) -> processes.put(part, List.of(pid)));
    return Optional.of(
        new TargetSite(List.of(gateway), tls(), processes, admins, Optional.ofNullable(cql)));
  }

  private Optional<TlsPort> tls() {
    return gatewayTls == null || trusted == null
        ? Optional.empty()
        : Optional.of(new TlsPort(gatewayTls, trusted));
  }

  /** An existing directory. */
  Path parent() throws IOException {
    return Files.createDirectories(
        data == null ? Path.of(System.getProperty("java.io.tmpdir")) : data);
  }

  Path json(Path root) {
    return file != null
        ? file
        : root.resolve("target").resolve("bench-" + STAMP.format(Instant.now()) + ".json");
  }
}
