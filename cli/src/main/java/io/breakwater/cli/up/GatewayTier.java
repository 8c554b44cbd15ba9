package io.breakwater.cli.up;

import io.breakwater.cli.supervise.Probe;
import io.breakwater.cli.supervise.Service;
import io.breakwater.cli.supervise.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The gateways, which know nothing of each other. */
final class GatewayTier {
  /** A gateway tells its clients to go for 27 s at most, if nothing else is set for it. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(45);

  private final UpOptions options;
  private final DataDirectory data;
  private final Optional<TrunkCertificates> trunkTls;
  private final ServerCommand command;

  GatewayTier(
      UpOptions options, DataDirectory data, Optional<TrunkCertificates> trunkTls, Path root) {
    this.options = options;
    this.data = data;
    this.trunkTls = trunkTls;
    command =
        new ServerCommand(
            "gateway", "io.breakwater.gateway.GatewayMain", options.gatewayHeap, data, root);
  }

  Tier tier() {
    return new Tier(
        options.gatewayMembers().stream().map(this::service).toList(), Tier.Stop.TOGETHER);
  }

  ServerCommand command() {
    return command;
  }

  private Service service(Member member) {
    return new Service(
        member.name(),
        Listener.onFree(listeners(member), () -> command.launch(member, environment(member))),
        Probe.readyz(options.gatewayAdmin(member)),
        Duration.ofSeconds(60),
        STOP_GRACE,
        () -> Listener.taken(listeners(member)),
        "check what was set, see that the delivery node works, and read the log");
  }

  Map<String, String> environment(Member member) {
    Map<String, String> environment = new HashMap<>();
    environment.put("BREAKWATER_GATEWAY_LISTEN", HostPort.text(options.clients(member)));
    environment.put("BREAKWATER_GATEWAY_ADMIN", HostPort.text(options.gatewayAdmin(member)));
    environment.put("BREAKWATER_GATEWAY_DELIVERY", HostPort.list(options.trunks()));
    environment.put("BREAKWATER_CLUSTER_SECRET_FILE", data.secretFile().toString());
    if (options.tls) {
      environment.put("BREAKWATER_GATEWAY_LISTEN_TLS", HostPort.text(options.tlsClients(member)));
      environment.put("BREAKWATER_GATEWAY_TLS_CERTIFICATE", data.certificate().toString());
      environment.put("BREAKWATER_GATEWAY_TLS_KEY", data.certificateKey().toString());
    }
    trunkTls.ifPresent(certificates -> environment.putAll(certificates.gateway(member)));
    return environment;
  }

  List<Listener> listeners() {
    return options.gatewayMembers().stream().flatMap(member -> listeners(member).stream()).toList();
  }

  private List<Listener> listeners(Member member) {
    List<Listener> listeners = new ArrayList<>();
    String orAddress = options.address.equals(UpOptions.LOCAL) ? "" : " or --address";
    listeners.add(new Listener(options.clients(member), "clients", "--port" + orAddress));
    if (options.tls) {
      listeners.add(
          new Listener(options.tlsClients(member), "clients with TLS", "--tls-port" + orAddress));
    }
    listeners.add(
        new Listener(options.gatewayAdmin(member), "the gateway's admin", "--admin-port"));
    return Listener.here(member, listeners.toArray(Listener[]::new));
  }
}
