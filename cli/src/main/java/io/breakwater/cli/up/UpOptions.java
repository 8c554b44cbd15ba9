package io.breakwater.cli.up;

import io.breakwater.cli.cassandra.CommitLogSync;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What {@code up} may be told. Filled by picocli before {@link UpCommand} runs, then only read. */
final class UpOptions {
  /** Where everything listens, but for what clients connect to. */
  static final String LOCAL = "127.0.0.1";

  /** MiB with which Cassandra comes up; with less it ends while it starts. */
  private static final int MIN_CASSANDRA_HEAP = 256;

  /** MiB; a delivery node's tails alone may hold 16 MiB a lane, a trunk 8 MiB. */
  private static final int MIN_SERVER_HEAP = 128;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${user.home}/.breakwater",
      description =
          "Everything that is kept: Cassandra's data, the cluster secret, logs, pids"
              + " (default: ~/.breakwater).")
  Path data = Path.of("");

  @Option(
      names = "--address",
      paramLabel = "IP",
      defaultValue = LOCAL,
      description =
          "Where clients connect (default: ${DEFAULT-VALUE}). Everything else listens on"
              + " 127.0.0.1.")
  String address = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7400",
      description = "Port for clients (default: ${DEFAULT-VALUE}).")
  int port;

  @Option(
      names = "--tls",
      description =
          "Clients may connect with TLS, too. The certificate is tls.crt and tls.key in DIR; a"
              + " self-signed one for localhost is made if there is none.")
  boolean tls;

  @Option(
      names = "--tls-port",
      paramLabel = "PORT",
      defaultValue = "7402",
      description = "With --tls: port for clients with TLS (default: ${DEFAULT-VALUE}).")
  int tlsPort;

  @Option(
      names = "--trunk-tls",
      description =
          "The servers speak TLS with each other, too, and check each other's role. An authority and"
              + " a certificate for each are made in DIR/trunk-tls if it does not exist.")
  boolean trunkTls;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      defaultValue = "7401",
      description = "Port of the gateway's /livez, /readyz, /metrics (default: ${DEFAULT-VALUE}).")
  int gatewayAdminPort;

  @Option(
      names = "--delivery-port",
      paramLabel = "PORT",
      defaultValue = "7410",
      description = "Port for trunks from gateways (default: ${DEFAULT-VALUE}).")
  int deliveryPort;

  @Option(
      names = "--delivery-admin-port",
      paramLabel = "PORT",
      defaultValue = "7411",
      description =
          "Port of the delivery node's /livez, /readyz, /metrics (default: ${DEFAULT-VALUE}).")
  int deliveryAdminPort;

  @Option(
      names = "--cassandra-port",
      paramLabel = "PORT",
      defaultValue = "7442",
      description = "CQL port of the Cassandra that is started (default: ${DEFAULT-VALUE}).")
  int cassandraPort;

  @Option(
      names = "--cassandra-storage-port",
      paramLabel = "PORT",
      defaultValue = "7443",
      description = "Its port for other nodes (default: ${DEFAULT-VALUE}).")
  int cassandraStoragePort;

  @Option(
      names = "--cassandra",
      paramLabel = "HOST:PORT",
      split = ",",
      converter = HostPort.class,
      description = "Use this existing cluster, start none.")
  List<InetSocketAddress> cassandra = List.of();

  @Option(
      names = "--datacenter",
      paramLabel = "NAME",
      defaultValue = "datacenter1",
      description = "Cassandra's local datacenter (default: ${DEFAULT-VALUE}).")
  String datacenter = "";

  @Option(
      names = "--replication",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Replicas of the keyspace when it is created (default: ${DEFAULT-VALUE}; 3 for"
              + " a cluster of three or more).")
  int replication;

  @Option(
      names = "--keyspace",
      paramLabel = "NAME",
      defaultValue = "breakwater",
      description = "Cassandra's keyspace (default: ${DEFAULT-VALUE}).")
  String keyspace = "";

  @Option(
      names = "--cassandra-heap",
      paramLabel = "MIB",
      defaultValue = "1024",
      description =
          "Heap of the Cassandra that is started, MiB, at least 256 (default: ${DEFAULT-VALUE}).")
  int cassandraHeap;

  @Option(
      names = "--delivery-heap",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Heap of the delivery node, MiB, at least 128 (default: ${DEFAULT-VALUE}).")
  int deliveryHeap;

  @Option(
      names = "--gateway-heap",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Heap of the gateway, MiB, at least 128 (default: ${DEFAULT-VALUE}).")
  int gatewayHeap;

  @Option(
      names = "--commitlog-sync",
      paramLabel = "MODE",
      defaultValue = "group",
      description =
          "When the Cassandra that is started syncs its commit log: group, before it answers a write;"
              + " periodic, every 10 s, so that up to so much of what was accepted is lost when Cassandra"
              + " is killed or the machine loses its power (default: ${DEFAULT-VALUE}).")
  CommitLogSync commitLogSync = CommitLogSync.GROUP;

  /** What makes no sense; none if all does. */
  Optional<String> problem() {
    return Stream.of(
            port("--port", port),
            port("--tls-port", tlsPort),
            port("--admin-port", gatewayAdminPort),
            port("--delivery-port", deliveryPort),
            port("--delivery-admin-port", deliveryAdminPort),
            port("--cassandra-port", cassandraPort),
            port("--cassandra-storage-port", cassandraStoragePort),
            address(),
            word("--datacenter", datacenter, "[A-Za-z0-9_.-]{1,64}", "a name"),
            word(
                "--keyspace",
                keyspace,
                "[a-z][a-z0-9_]{0,47}",
                "1 to 48 of a-z, 0-9 and '_', beginning with a letter"),
            atLeast("--replication", replication, 1, "replicas"),
            atLeast("--cassandra-heap", cassandraHeap, MIN_CASSANDRA_HEAP, "MiB"),
            atLeast("--delivery-heap", deliveryHeap, MIN_SERVER_HEAP, "MiB"),
            atLeast("--gateway-heap", gatewayHeap, MIN_SERVER_HEAP, "MiB"))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> port(String option, int value) {
    return value >= 1 && value <= 65_535
        ? Optional.empty()
        : Optional.of("%s: %d (expected: 1..65535)".formatted(option, value));
  }

  private static Optional<String> atLeast(String option, int value, int least, String unit) {
    return value >= least
        ? Optional.empty()
        : Optional.of("%s: %d (expected: at least %d %s)".formatted(option, value, least, unit));
  }

  private static Optional<String> word(String option, String value, String form, String expected) {
    return value.matches(form)
        ? Optional.empty()
        : Optional.of("%s: '%s' (expected: %s)".formatted(option, value, expected));
  }

  private Optional<String> address() {
    try {
      InetAddress.ofLiteral(address);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(
          "--address: '%s' (expected: an IP address of this machine)".formatted(address));
    }
  }

  boolean startsCassandra() {
    return cassandra.isEmpty();
  }

  /** Where clients connect. */
  InetSocketAddress clients() {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  /** Where they connect with TLS. */
  InetSocketAddress tlsClients() {
    return new InetSocketAddress(InetAddress.ofLiteral(address), tlsPort);
  }

  InetSocketAddress gatewayAdmin() {
    return local(gatewayAdminPort);
  }

  InetSocketAddress trunk() {
    return local(deliveryPort);
  }

  InetSocketAddress deliveryAdmin() {
    return local(deliveryAdminPort);
  }

  /** Where Cassandra is asked. */
  List<InetSocketAddress> contactPoints() {
    return startsCassandra() ? List.of(local(cassandraPort)) : cassandra;
  }

  InetSocketAddress cassandraStorage() {
    return local(cassandraStoragePort);
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(LOCAL), port);
  }
}
