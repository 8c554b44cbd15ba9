package io.breakwater.cli.up;

import io.breakwater.cli.cassandra.CommitLogSync;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code up} may be told. Filled by picocli before {@link UpCommand} runs, then only read. */
final class UpOptions {
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
      defaultValue = "127.0.0.1",
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
          "Port of the delivery node's /livez, /readyz, /metrics (default:" + " ${DEFAULT-VALUE}).")
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
      description = "Heap of the Cassandra that is started, MiB (default: ${DEFAULT-VALUE}).")
  int cassandraHeap;

  @Option(
      names = "--delivery-heap",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Heap of the delivery node, MiB (default: ${DEFAULT-VALUE}).")
  int deliveryHeap;

  @Option(
      names = "--gateway-heap",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Heap of the gateway, MiB (default: ${DEFAULT-VALUE}).")
  int gatewayHeap;

  @Option(
      names = "--commitlog-sync",
      paramLabel = "MODE",
      defaultValue = "group",
      description =
          "When the Cassandra that is started syncs its commit log: group, before it answers a write;"
              + " periodic, every 10 s, so that a power loss loses up to so much of what was accepted"
              + " (default: ${DEFAULT-VALUE}).")
  CommitLogSync commitLogSync = CommitLogSync.GROUP;

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
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }
}
