package io.breakwater.cli.up;

import io.breakwater.cli.cassandra.CassandraOptions;
import io.breakwater.cli.cassandra.CommitLogSync;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What {@code up} may be told. Filled by picocli before {@link UpCommand} runs, then only read. */
final class UpOptions {
  /** Where a first node of anything listens, and clients connect if nothing else is said. */
  static final String LOCAL = "127.0.0.1";

  /** Of a tier; each has an address of its own, the last 127.0.0.9. */
  static final int MAX_SERVERS = 9;

  private static final int MAX_CASSANDRA_NODES = 5;

  /** Replicas that a cluster of several is given if nothing is said, as far as it has nodes. */
  private static final int USUAL_REPLICATION = 3;

  /** MiB; with three nodes, three delivery nodes and two gateways fit 8 GiB of memory. */
  private static final int HEAP_OF_SEVERAL_CASSANDRA_NODES = 512;

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
              + " loopback addresses.")
  String address = "";

  @Option(
      names = "--delivery",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Delivery nodes, 1..9: at 127.0.0.1, 127.0.0.2 and so on, with the same ports (default:"
              + " ${DEFAULT-VALUE}).")
  int delivery;

  @Option(
      names = "--gateways",
      paramLabel = "M",
      defaultValue = "1",
      description =
          "Gateways, 1..9: at 127.0.0.1, 127.0.0.2 and so on, with the same ports (default:"
              + " ${DEFAULT-VALUE}).")
  int gateways;

  @Option(
      names = "--cassandra-nodes",
      paramLabel = "K",
      defaultValue = "1",
      description =
          "Cassandra nodes that are started, 1..5: at 127.0.0.1, 127.0.0.2 and so on, with the same"
              + " ports. Fixed once the data are made (default: ${DEFAULT-VALUE}).")
  int cassandraNodes;

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
      description = "Port of a gateway's /livez, /readyz, /metrics (default: ${DEFAULT-VALUE}).")
  int gatewayAdminPort;

  @Option(
      names = "--delivery-port",
      paramLabel = "PORT",
      defaultValue = "7410",
      description =
          "Port for trunks from gateways; delivery nodes watch each other on the second one after it"
              + " (default: ${DEFAULT-VALUE}).")
  int deliveryPort;

  @Option(
      names = "--delivery-admin-port",
      paramLabel = "PORT",
      defaultValue = "7411",
      description =
          "Port of a delivery node's /livez, /readyz, /metrics (default: ${DEFAULT-VALUE}).")
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
      description =
          "Replicas of the keyspace when it is created (default: as many as --cassandra-nodes, at most"
              + " 3; with --cassandra 1, and 3 is right for a cluster of three or more).")
  Optional<Integer> replication = Optional.empty();

  @Option(
      names = "--keyspace",
      paramLabel = "NAME",
      defaultValue = "breakwater",
      description = "Cassandra's keyspace (default: ${DEFAULT-VALUE}).")
  String keyspace = "";

  @Option(
      names = "--cassandra-heap",
      paramLabel = "MIB",
      description =
          "Heap of each Cassandra node that is started, MiB, at least 256 (default: 1024; 512 with"
              + " several --cassandra-nodes).")
  Optional<Integer> cassandraHeap = Optional.empty();

  @Option(
      names = "--delivery-heap",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Heap of each delivery node, MiB, at least 128 (default: ${DEFAULT-VALUE}).")
  int deliveryHeap;

  @Option(
      names = "--gateway-heap",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Heap of each gateway, MiB, at least 128 (default: ${DEFAULT-VALUE}).")
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

  @Option(
      names = "--hosts",
      paramLabel = "FILE",
      converter = Hosts.Reader.class,
      description =
          "For tests: a line NAME ADDRESS [COMMAND...] for each server that is not at 127.0.0.1 and so"
              + " on; COMMAND is put in front of its own.")
  Hosts hosts = Hosts.none();

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
            between("--delivery", delivery, MAX_SERVERS),
            between("--gateways", gateways, MAX_SERVERS),
            between("--cassandra-nodes", cassandraNodes, MAX_CASSANDRA_NODES),
            deliveryPorts(),
            address(),
            oneAddress(),
            knownHosts(),
            existingCluster(),
            word("--datacenter", datacenter, "[A-Za-z0-9_.-]{1,64}", "a name"),
            word(
                "--keyspace",
                keyspace,
                "[a-z][a-z0-9_]{0,47}",
                "1 to 48 of a-z, 0-9 and '_', beginning with a letter"),
            atLeast("--replication", replication(), 1, "replicas"),
            enoughNodes(),
            atLeast("--cassandra-heap", cassandraHeap(), MIN_CASSANDRA_HEAP, "MiB"),
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

  private static Optional<String> between(String option, int value, int most) {
    return value >= 1 && value <= most
        ? Optional.empty()
        : Optional.of("%s: %d (expected: 1..%d)".formatted(option, value, most));
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

  private Optional<String> deliveryPorts() {
    int most = 65_535 - DeliveryTier.WATCH_PORT_OFFSET;
    return deliveryPort <= most
        ? Optional.empty()
        : Optional.of("--delivery-port: %d (expected: 1..%d)".formatted(deliveryPort, most));
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

  private Optional<String> oneAddress() {
    if (gateways == 1 && !address.equals(LOCAL) && hosts.of("gateway").isPresent()) {
      return Optional.of(
          "--address: '%s' (expected: none, since --hosts says where the gateway is)"
              .formatted(address));
    }
    return gateways == 1 || address.equals(LOCAL)
        ? Optional.empty()
        : Optional.of(
            "--address: '%s' (expected: %s, the first of --gateways %d)"
                .formatted(address, LOCAL, gateways));
  }

  private Optional<String> knownHosts() {
    Set<String> servers = members().map(Member::name).collect(Collectors.toSet());
    return hosts
        .stranger(servers)
        .map(
            name ->
                "--hosts: '%s' (expected: servers that are started, which are %s)"
                    .formatted(name, members().map(Member::name).collect(Collectors.joining(", "))))
        .or(
            () ->
                Stream.of(cassandraMembers(), deliveryMembers(), gatewayMembers())
                    .flatMap(tier -> sharedAddress(tier).stream())
                    .findFirst());
  }

  private static Optional<String> sharedAddress(List<Member> tier) {
    Map<InetAddress, Member> first = new HashMap<>();
    for (Member member : tier) {
      Member other = first.putIfAbsent(member.address(), member);
      if (other != null) {
        return Optional.of(
            "--hosts: %s for both %s and %s (expected: one each, since they share their ports)"
                .formatted(member.address().getHostAddress(), other.name(), member.name()));
      }
    }
    return Optional.empty();
  }

  private Optional<String> existingCluster() {
    return startsCassandra() || cassandraNodes == 1
        ? Optional.empty()
        : Optional.of(
            "--cassandra-nodes: %d (expected: none with --cassandra, which starts none)"
                .formatted(cassandraNodes));
  }

  private Optional<String> enoughNodes() {
    return !startsCassandra() || replication() <= cassandraNodes
        ? Optional.empty()
        : Optional.of(
            "--replication: %d (expected: at most %d, the number of --cassandra-nodes)"
                .formatted(replication(), cassandraNodes));
  }

  boolean startsCassandra() {
    return cassandra.isEmpty();
  }

  int replication() {
    return replication.orElse(startsCassandra() ? Math.min(cassandraNodes, USUAL_REPLICATION) : 1);
  }

  /** MiB of each node. */
  int cassandraHeap() {
    return cassandraHeap.orElse(
        cassandraNodes == 1
            ? CassandraOptions.DEFAULT_HEAP_MEBIBYTES
            : HEAP_OF_SEVERAL_CASSANDRA_NODES);
  }

  /** All that is started, in that order. */
  Stream<Member> members() {
    return Stream.of(cassandraMembers(), deliveryMembers(), gatewayMembers()).flatMap(List::stream);
  }

  /** None if an existing cluster is used. */
  List<Member> cassandraMembers() {
    return startsCassandra() ? Member.all("cassandra", cassandraNodes, hosts) : List.of();
  }

  List<Member> deliveryMembers() {
    return Member.all("delivery", delivery, hosts);
  }

  List<Member> gatewayMembers() {
    return Member.all("gateway", gateways, hosts);
  }

  /** Where clients connect to a gateway. */
  InetSocketAddress clients(Member gateway) {
    return new InetSocketAddress(clientAddress(gateway), port);
  }

  /** Where they connect to it with TLS. */
  InetSocketAddress tlsClients(Member gateway) {
    return new InetSocketAddress(clientAddress(gateway), tlsPort);
  }

  private InetAddress clientAddress(Member gateway) {
    return gateways == 1 && hosts.of(gateway.name()).isEmpty()
        ? InetAddress.ofLiteral(address)
        : gateway.address();
  }

  InetSocketAddress gatewayAdmin(Member gateway) {
    return gateway.at(gatewayAdminPort);
  }

  /** Of all delivery nodes. */
  List<InetSocketAddress> trunks() {
    return deliveryMembers().stream().map(this::trunk).toList();
  }

  InetSocketAddress trunk(Member node) {
    return node.at(deliveryPort);
  }

  InetSocketAddress deliveryAdmin(Member node) {
    return node.at(deliveryAdminPort);
  }

  /** Where Cassandra is asked. */
  List<InetSocketAddress> contactPoints() {
    return startsCassandra()
        ? cassandraMembers().stream().map(node -> node.at(cassandraPort)).toList()
        : cassandra;
  }
}
