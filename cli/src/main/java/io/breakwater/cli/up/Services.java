package io.breakwater.cli.up;

import io.breakwater.cli.supervise.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parts list of {@code up}, in the order in which they start. */
final class Services {
  private final UpOptions options;
  private final CassandraTier cassandra;
  private final DeliveryTier delivery;
  private final GatewayTier gateways;

  /**
   * @param trunkTls of the servers; without it they speak plainly
   * @param root the top directory of the project, which was built
   */
  Services(UpOptions options, DataDirectory data, Optional<TrunkCertificates> trunkTls, Path root) {
    this.options = options;
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

  /** What must be free before anything starts, with the option that moves it. */
  List<Listener> listeners() {
    List<Listener> listeners = new ArrayList<>(gateways.listeners());
    listeners.addAll(delivery.listeners());
    listeners.addAll(cassandra.listeners());
    return listeners;
  }
}
