package io.breakwater.cli.up;

import io.breakwater.cli.supervise.Probe;
import io.breakwater.cli.supervise.Service;
import io.breakwater.cli.supervise.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The delivery nodes, which find each other in Cassandra: they start at once, and stop one after
 * the other, each handing over to those that stay.
 */
final class DeliveryTier {
  /** From the port of trunks to that on which delivery nodes watch each other. */
  static final int WATCH_PORT_OFFSET = 2;

  /** What a delivery node is told to spend on settling when it stops. */
  private static final Duration SETTLE = Duration.ofSeconds(8);

  /**
   * The rest of its stop: 2 s to end the trunks, up to 4 s to mark itself recovered, 1 s to end.
   */
  private static final Duration STOP_BESIDES_SETTLING = Duration.ofSeconds(7);

  private static final Duration READY_LIMIT = Duration.ofSeconds(90);

  /** They share the processors while they start. */
  private static final Duration READY_LIMIT_OF_EACH_FURTHER = Duration.ofSeconds(30);

  private final UpOptions options;
  private final DataDirectory data;
  private final Optional<TrunkCertificates> trunkTls;
  private final ServerCommand command;

  DeliveryTier(
      UpOptions options, DataDirectory data, Optional<TrunkCertificates> trunkTls, Path root) {
    this.options = options;
    this.data = data;
    this.trunkTls = trunkTls;
    command =
        new ServerCommand(
            "delivery", "io.breakwater.delivery.DeliveryMain", options.deliveryHeap, data, root);
  }

  Tier tier() {
    return new Tier(
        options.deliveryMembers().stream().map(this::service).toList(), Tier.Stop.ONE_BY_ONE);
  }

  ServerCommand command() {
    return command;
  }

  private Service service(Member member) {
    return new Service(
        member.name(),
        Listener.onFree(listeners(member), () -> command.launch(member, environment(member))),
        Probe.readyz(options.deliveryAdmin(member)),
        READY_LIMIT.plus(READY_LIMIT_OF_EACH_FURTHER.multipliedBy(options.delivery - 1)),
        SETTLE.plus(STOP_BESIDES_SETTLING),
        () -> Listener.taken(listeners(member)),
        "see that Cassandra works and read the log");
  }

  Map<String, String> environment(Member member) {
    Map<String, String> environment = new HashMap<>();
    environment.put("BREAKWATER_DELIVERY_LISTEN", HostPort.text(options.trunk(member)));
    environment.put("BREAKWATER_DELIVERY_ADMIN", HostPort.text(options.deliveryAdmin(member)));
    environment.put("BREAKWATER_DELIVERY_STOP_TIMEOUT", SETTLE.toString());
    environment.put("BREAKWATER_CASSANDRA_CONTACT_POINTS", HostPort.list(options.contactPoints()));
    environment.put("BREAKWATER_CASSANDRA_DATACENTER", options.datacenter);
    environment.put("BREAKWATER_CASSANDRA_REPLICATION", Integer.toString(options.replication()));
    environment.put("BREAKWATER_CASSANDRA_KEYSPACE", options.keyspace);
    environment.put("BREAKWATER_CLUSTER_SECRET_FILE", data.secretFile().toString());
    trunkTls.ifPresent(certificates -> environment.putAll(certificates.delivery(member)));
    return environment;
  }

  List<Listener> listeners() {
    return options.deliveryMembers().stream()
        .flatMap(member -> listeners(member).stream())
        .toList();
  }

  private List<Listener> listeners(Member member) {
    return Listener.here(
        member,
        new Listener(options.trunk(member), "delivery", "--delivery-port"),
        new Listener(options.deliveryAdmin(member), "delivery's admin", "--delivery-admin-port"),
        new Listener(
            member.at(options.deliveryPort + WATCH_PORT_OFFSET),
            "delivery nodes to watch each other",
            "--delivery-port"));
  }
}
