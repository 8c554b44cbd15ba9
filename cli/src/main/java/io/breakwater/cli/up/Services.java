package io.breakwater.cli.up;

import io.breakwater.cli.cassandra.CassandraLaunch;
import io.breakwater.cli.cassandra.CassandraOptions;
import io.breakwater.cli.cassandra.CqlProbe;
import io.breakwater.cli.process.Launch;
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
import java.util.stream.Collectors;

/** The parts list of {@code up}, in the order in which they start. */
final class Services {
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(500);

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
            .withCommitLogSync(options.commitLogSync)
            .withLog(data.log("cassandra"));
    return new Service(
        "cassandra",
        () -> CassandraLaunch.prepare(node),
        () ->
            CqlProbe.answers(node.cql(), PROBE_TIMEOUT)
                ? new Probe.Answer.Ready()
                : new Probe.Answer.NotReady("no CQL answer at " + HostPort.text(node.cql())),
        Duration.ofSeconds(180),
        Duration.ofSeconds(20),
        "if its data in %s are damaged, restore them, or start anew with another --data"
            .formatted(node.directory()));
  }

  private Service delivery() {
    return new Service(
        "delivery",
        () ->
            launch(
                "delivery",
                "io.breakwater.delivery.DeliveryMain",
                options.deliveryHeap,
                deliveryEnvironment()),
        Probe.readyz(options.deliveryAdmin()),
        Duration.ofSeconds(90),
        SETTLE.plus(STOP_BESIDES_SETTLING),
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
        () ->
            launch(
                "gateway",
                "io.breakwater.gateway.GatewayMain",
                options.gatewayHeap,
                gatewayEnvironment()),
        Probe.readyz(options.gatewayAdmin()),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        "see that the delivery node works and read the log");
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
    archive("delivery", options.deliveryHeap).make();
    archive("gateway", options.gatewayHeap).make();
  }

  private ClassArchive archive(String module, int heapMebibytes) {
    Path target = root.resolve(module).resolve("target");
    return new ClassArchive(
        module,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heapMebibytes + "m",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"),
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
    List<Listener> listeners = new ArrayList<>();
    listeners.add(new Listener(options.clients(), "clients", "--port"));
    if (options.tls) {
      listeners.add(new Listener(options.tlsClients(), "clients with TLS", "--tls-port"));
    }
    listeners.add(new Listener(options.gatewayAdmin(), "the gateway's admin", "--admin-port"));
    listeners.add(new Listener(options.trunk(), "delivery", "--delivery-port"));
    listeners.add(
        new Listener(options.deliveryAdmin(), "delivery's admin", "--delivery-admin-port"));
    if (options.startsCassandra()) {
      InetSocketAddress cql = options.contactPoints().getFirst();
      listeners.add(new Listener(cql, "Cassandra's CQL", "--cassandra-port"));
      listeners.add(
          new Listener(
              options.cassandraStorage(), "Cassandra's storage", "--cassandra-storage-port"));
    }
    return listeners;
  }

  /** A port of ours. */
  record Listener(InetSocketAddress address, String what, String option) {}
}
