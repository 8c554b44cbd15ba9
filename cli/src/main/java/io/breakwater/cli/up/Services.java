package io.breakwater.cli.up;

import io.breakwater.cli.status.RunFile;
import io.breakwater.cli.supervise.Tier;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parts list of {@code up}, in the order in which they start. */
final class Services {
  private final UpOptions options;
  private final DataDirectory data;
  private final CassandraTier cassandra;
  private final DeliveryTier delivery;
  private final GatewayTier gateways;

  /**
   * @param trunkTls of the servers; without it they speak plainly
   * @param root the top directory of the project, which was built
   */
  Services(UpOptions options, DataDirectory data, Optional<TrunkCertificates> trunkTls, Path root) {
    this.options = options;
    this.data = data;
    cassandra = new CassandraTier(options, data, root);
    delivery = new DeliveryTier(options, data, trunkTls, root);
    gateways = new GatewayTier(options, data, trunkTls, root);
  }

  List<Tier> tiers() {
    List<Tier> tiers = new ArrayList<>();
    if (options.startsCassandra()) {
      tiers.add(cassandra.tier());
    }
    tiers.add(delivery.tier());
    tiers.add(gateways.tier());
    return tiers;
  }

  /**
   * Makes the archives that are missing, one after the other; any thread, while the servers run.
   */
  void archiveClasses() throws IOException {
    delivery.command().archiveClasses(options.deliveryMembers().getFirst());
    gateways.command().archiveClasses(options.gatewayMembers().getFirst());
  }

  /** What runs, for {@code ./breakwater status}. */
  RunFile description() {
    List<RunFile.Entry> entries = new ArrayList<>();
    for (Member node : options.cassandraMembers()) {
      String cql = HostPort.text(node.at(options.cassandraPort));
      entries.add(entry(node, RunFile.Kind.CASSANDRA, cql, cql));
    }
    for (InetSocketAddress node : options.cassandra) {
      String cql = HostPort.text(node);
      entries.add(new RunFile.Entry(cql, RunFile.Kind.CASSANDRA, cql, cql, ""));
    }
    for (Member node : options.deliveryMembers()) {
      entries.add(
          entry(
              node,
              RunFile.Kind.DELIVERY,
              HostPort.text(options.trunk(node)),
              HostPort.text(options.deliveryAdmin(node))));
    }
    for (Member gateway : options.gatewayMembers()) {
      entries.add(
          entry(
              gateway,
              RunFile.Kind.GATEWAY,
              HostPort.text(options.clients(gateway)),
              HostPort.text(options.gatewayAdmin(gateway))));
    }
    return new RunFile(entries);
  }

  private RunFile.Entry entry(Member member, RunFile.Kind kind, String serves, String admin) {
    return new RunFile.Entry(
        member.name(), kind, serves, admin, data.log(member.name()).toString());
  }

  /** What must be free before anything starts, with the option that moves it. */
  List<Listener> listeners() {
    List<Listener> listeners = new ArrayList<>(gateways.listeners());
    listeners.addAll(delivery.listeners());
    listeners.addAll(cassandra.listeners());
    return listeners;
  }
}
