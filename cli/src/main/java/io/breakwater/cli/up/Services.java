package io.breakwater.cli.up;

import io.breakwater.cli.cassandra.CassandraLaunch;
import io.breakwater.cli.cassandra.CassandraOptions;
import io.breakwater.cli.cassandra.NodeProbe;
import io.breakwater.cli.process.Launch;
import io.breakwater.cli.process.Ports;
import io.breakwater.cli.process.StartFailure;
import io.breakwater.cli.supervise.Probe;
import io.breakwater.cli.supervise.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The parts list of {@code up}, in the order in which they start. */
final class Services {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

  /** What a delivery node is told to spend on settling when it stops. */
  private static final Duration SETTLE = Duration.ofSeconds(8);

  /**
   * The rest of its stop: 2 s to end the trunks, up to 4 s to mark itself recovered, 1 s to end.
   */
  private static final Duration STOP_BESIDES_SETTLING = Duration.ofSeconds(7);

  private final UpOptions options;
  private final DataDirectory data;
  private final Optional<TrunkCertificates> trunkTls;
  private final Path root;

  /**
   * @param trunkTls of the two servers; without it they speak plainly
   * @param root the top directory of the project, which was built
   */
  Services(UpOptions options, DataDirectory data, Optional<TrunkCertificates> trunkTls, Path root) {
    this.options = options;
    this.data = data;
    this.trunkTls = trunkTls;
    this.root = root;
  }

  List<Service> inOrder() {
    List<Service> services = new ArrayList<>();
    if (options.startsCassandra()) {
      services.add(cassandra());
    }
    services.add(delivery());
    services.add(gateway());
    return services;
  }

  private Service cassandra() {
    CassandraOptions node =
        CassandraOptions.of(
                root, data.cassandra(), options.cassandraPort, options.cassandraStoragePort)
            .withHeapMebibytes(options.cassandraHeap)
            .withJvmFlags(FurtherFlags.of("cassandra"))
            .withCommitLogSync(options.commitLogSync)
            .withLog(data.log("cassandra"));
    return new Service(
        "cassandra",
        onFreePorts(cassandraListeners(), () -> CassandraLaunch.prepare(node)),
        _ -> ask(node),
        Duration.ofSeconds(180),
        Duration.ofSeconds(20),
        () -> taken(cassandraListeners()),
        "if its data in %s are damaged, restore them, or start anew with another --data"
            .formatted(node.directory()));
  }

  private static Probe.Answer ask(CassandraOptions node) {
    return switch (NodeProbe.ask(node, PROBE_TIMEOUT)) {
      case NodeProbe.Answer.Own() -> new Probe.Answer.Ready();
      case NodeProbe.Answer.Silent() ->
          new Probe.Answer.NotReady("no CQL answer at " + HostPort.text(node.cql()));
      case NodeProbe.Answer.Stranger(String what) ->
          new Probe.Answer.Stranger(
              "port %d on %s, for Cassandra's CQL, is served by another Cassandra (%s): stop it, or choose another with --cassandra-port"
                  .formatted(node.cql().getPort(), node.cql().getHostString(), what));
    };
  }

  private Service delivery() {
    return new Service(
        "delivery",
        onFreePorts(
            deliveryListeners(),
            () ->
                launch(
                    "delivery",
                    "io.breakwater.delivery.DeliveryMain",
                    options.deliveryHeap,
                    deliveryEnvironment())),
        Probe.readyz(options.deliveryAdmin()),
        Duration.ofSeconds(90),
        SETTLE.plus(STOP_BESIDES_SETTLING),
        () -> taken(deliveryListeners()),
        "see that Cassandra works and read the log");
  }

  private Map<String, String> deliveryEnvironment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("BREAKWATER_DELIVERY_LISTEN", HostPort.text(options.trunk()));
    environment.put("BREAKWATER_DELIVERY_ADMIN", HostPort.text(options.deliveryAdmin()));
    environment.put("BREAKWATER_DELIVERY_STOP_TIMEOUT", SETTLE.toString());
    environment.put("BREAKWATER_CASSANDRA_CONTACT_POINTS", contactPoints());
    environment.put("BREAKWATER_CASSANDRA_DATACENTER", options.datacenter);
    environment.put("BREAKWATER_CASSANDRA_REPLICATION", Integer.toString(options.replication));
    environment.put("BREAKWATER_CASSANDRA_KEYSPACE", options.keyspace);
    environment.put("BREAKWATER_CLUSTER_SECRET_FILE", data.secretFile().toString());
    trunkTls.ifPresent(certificates -> environment.putAll(certificates.delivery()));
    return environment;
  }

  private Service gateway() {
    return new Service(
        "gateway",
        onFreePorts(
            gatewayListeners(),
            () ->
                launch(
                    "gateway",
                    "io.breakwater.gateway.GatewayMain",
                    options.gatewayHeap,
                    gatewayEnvironment())),
        Probe.readyz(options.gatewayAdmin()),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        () -> taken(gatewayListeners()),
        "check what was set, see that the delivery node works, and read the log");
  }

  /** Looks again before each start: the check before the first one may be a minute old. */
  private static Supplier<Launch> onFreePorts(List<Listener> listeners, Supplier<Launch> launch) {
    return () -> {
      listeners.forEach(Listener::requireFree);
      return launch.get();
    };
  }

  /** The port that somebody else has; to be asked when our process has ended. */
  private static Optional<String> taken(List<Listener> listeners) {
    try {
      listeners.forEach(Listener::requireFree);
      return Optional.empty();
    } catch (StartFailure failure) {
      return Optional.ofNullable(failure.getMessage());
    }
  }

  private Map<String, String> gatewayEnvironment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("BREAKWATER_GATEWAY_LISTEN", HostPort.text(options.clients()));
    environment.put("BREAKWATER_GATEWAY_ADMIN", HostPort.text(options.gatewayAdmin()));
    environment.put("BREAKWATER_GATEWAY_DELIVERY", HostPort.text(options.trunk()));
    environment.put("BREAKWATER_CLUSTER_SECRET_FILE", data.secretFile().toString());
    if (options.tls) {
      environment.put("BREAKWATER_GATEWAY_LISTEN_TLS", HostPort.text(options.tlsClients()));
      environment.put("BREAKWATER_GATEWAY_TLS_CERTIFICATE", data.certificate().toString());
      environment.put("BREAKWATER_GATEWAY_TLS_KEY", data.certificateKey().toString());
    }
    trunkTls.ifPresent(certificates -> environment.putAll(certificates.gateway()));
    return environment;
  }

  private String contactPoints() {
    return options.contactPoints().stream().map(HostPort::text).collect(Collectors.joining(","));
  }

  private Launch launch(
      String module, String main, int heapMebibytes, Map<String, String> environment) {
    return new Launch(
        module, archive(module, heapMebibytes).command(main), environment, data.log(module));
  }

  /**
   * Makes the archives that are missing, one after the other; any thread, while the servers run.
   */
  void archiveClasses() throws IOException {
    archiveClasses("delivery", options.deliveryHeap);
    archiveClasses("gateway", options.gatewayHeap);
  }

  /**
   * Not where flags are being tried out: one archive is kept, and it is that of the usual flags.
   */
  private void archiveClasses(String module, int heapMebibytes) throws IOException {
    if (FurtherFlags.of(module).isEmpty()) {
      archive(module, heapMebibytes).make();
    }
  }

  private ClassArchive archive(String module, int heapMebibytes) {
    Path target = root.resolve(module).resolve("target");
    List<String> java =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebibytes + "m",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dio.netty.leakDetection.level=disabled",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    java.addAll(FurtherFlags.of(module));
    return new ClassArchive(
        module,
        java,
        List.of("-cp", jar(module, target) + ":" + target.resolve("lib") + "/*"),
        target,
        data.pids().resolve(module + ".classes"),
        data.log(module + "-classes"));
  }

  private static Path jar(String module, Path target) {
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(target, "breakwater-" + module + "-*.jar")) {
      for (Path jar : jars) {
        if (!jar.toString().matches(".*-(tests|sources|javadoc)\\.jar")) {
          return jar;
        }
      }
    } catch (IOException e) {
      throw notBuilt(module, target);
    }
    throw notBuilt(module, target);
  }

  private static StartFailure notBuilt(String module, Path target) {
    return new StartFailure(
        "no jar of %s in %s: run `mvn package -DskipTests` at the top of the project"
            .formatted(module, target));
  }

  /** What must be free before anything starts, with the option that moves it. */
  List<Listener> listeners() {
    List<Listener> listeners = new ArrayList<>(gatewayListeners());
    listeners.addAll(deliveryListeners());
    if (options.startsCassandra()) {
      listeners.addAll(cassandraListeners());
    }
    return listeners;
  }

  private List<Listener> gatewayListeners() {
    List<Listener> listeners = new ArrayList<>();
    String orAddress = options.address.equals(UpOptions.LOCAL) ? "" : " or --address";
    listeners.add(new Listener(options.clients(), "clients", "--port" + orAddress));
    if (options.tls) {
      listeners.add(
          new Listener(options.tlsClients(), "clients with TLS", "--tls-port" + orAddress));
    }
    listeners.add(new Listener(options.gatewayAdmin(), "the gateway's admin", "--admin-port"));
    return listeners;
  }

  private List<Listener> deliveryListeners() {
    return List.of(
        new Listener(options.trunk(), "delivery", "--delivery-port"),
        new Listener(options.deliveryAdmin(), "delivery's admin", "--delivery-admin-port"));
  }

  private List<Listener> cassandraListeners() {
    return List.of(
        new Listener(options.contactPoints().getFirst(), "Cassandra's CQL", "--cassandra-port"),
        new Listener(
            options.cassandraStorage(), "Cassandra's storage", "--cassandra-storage-port"));
  }

  /** A port of ours. */
  record Listener(InetSocketAddress address, String what, String option) {
    /**
     * Checks that it can be bound now.
     *
     * @throws StartFailure naming it and the option
     */
    void requireFree() {
      Ports.requireFree(address, what, option);
    }
  }
}
