package io.breakwater.gateway;

import io.breakwater.common.certificate.CertificateFiles;
import io.breakwater.common.config.Settings;
import io.breakwater.gateway.accept.AcceptLimits;
import io.breakwater.gateway.connection.EdgeLimits;
import io.breakwater.gateway.home.NodeAddress;
import io.breakwater.gateway.line.LineLimits;
import io.breakwater.gateway.rate.Limit;
import io.breakwater.gateway.rate.Rate;
import io.breakwater.gateway.rate.RateLimits;
import io.breakwater.gateway.socket.Networks;
import io.breakwater.gateway.socket.ProxyRules;
import io.breakwater.gateway.socket.SocketLimits;
import io.breakwater.gateway.trunk.TrunkLimits;
import io.breakwater.trunk.HostNames;
import io.netty.util.internal.PlatformDependent;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a gateway is told at start.
 *
 * @param name shown in the logs of delivery nodes
 * @param listen where clients connect without TLS
 * @param tls where they connect with TLS
 * @param webSocketOrigins of pages that may connect
 * @param proxy balancers before both ports
 * @param transport of event loops; see {@link io.breakwater.gateway.loop.Transport}
 * @param delivery where delivery nodes are asked for a view: some of them
 * @param trunkTls how trunks to them are secured
 * @param warmUpMs how long strangers run through the code before it is ready
 */
record GatewayConfig(
    Optional<NodeAddress> listen,
    Optional<TlsListen> tls,
    Set<String> webSocketOrigins,
    Optional<ProxyRules> proxy,
    NodeAddress admin,
    List<NodeAddress> delivery,
    Optional<TrunkSecurity> trunkTls,
    Path secretFile,
    String name,
    String transport,
    int eventLoops,
    EdgeLimits edge,
    LineLimits line,
    AcceptLimits accept,
    SocketLimits sockets,
    Rates rates,
    TrunkLimits trunks,
    Drain drain,
    int warmUpMs) {
  /** A port with TLS. */
  record TlsListen(NodeAddress listen, CertificateFiles files) {}

  /** What this gateway shows delivery nodes, and what it asks of them. */
  record TrunkSecurity(CertificateFiles files, HostNames hostNames) {}

  /**
   * How it stops, milliseconds.
   *
   * @param windowMs within which all clients are told to go away
   * @param graceMs from GoAway to closing
   */
  record Drain(int windowMs, int graceMs) {}

  /**
   * How fast clients may be.
   *
   * @param exempt addresses that are not limited; their accounts and devices are
   */
  record Rates(RateLimits limits, Networks exempt) {}

  // Ranges that levers have too.
  static final int HOUR_MS = 3_600_000;
  static final int PLACES_MAX = 10_000_000;
  static final int TELL_MIN_MS = 100;
  static final int TELL_MAX_MS = 15_000;
  static final int REATTACH_MAX = 1_000_000;
  static final int UNDER_WAY_MAX = 1_000_000;
  static final int REBALANCE_MAX = 10;

  private static final int MIB = 1 << 20;
  private static final int GIB = 1 << 30;
  static final int MAX_PAYLOAD_BYTES = 65_536;

  /** Where there is memory for it. */
  private static final int OUTBOUND_TOTAL_BYTES = 128 * MIB;

  private static final int INBOUND_TOTAL_BYTES = 128 * MIB;

  /**
   * Reads the environment and the system properties.
   *
   * @throws Settings.InvalidSettings if values are missing or malformed
   * @throws IllegalArgumentException if values are out of range; a line for each
   */
  static GatewayConfig load() {
    return of(Settings.load(GatewayKeys.class), PlatformDependent.maxDirectMemory());
  }

  /** Reads these values alone; see {@link #load}. */
  static GatewayConfig from(Map<String, String> values) {
    return from(values, PlatformDependent.maxDirectMemory());
  }

  /**
   * Reads these values alone.
   *
   * @param directBytes the most direct memory that buffers may have
   */
  static GatewayConfig from(Map<String, String> values, long directBytes) {
    return of(Settings.from(values, GatewayKeys.class), directBytes);
  }

  private static GatewayConfig of(GatewayKeys keys, long directBytes) {
    GatewayKeys.Gateway gateway = keys.gateway();
    Ranges ranges = new Ranges();
    int processors = Runtime.getRuntime().availableProcessors();
    int loops =
        Math.max(1, ranges.check("event-loops", gateway.eventLoops().orElse(processors), 1, 1024));
    GatewayConfig config =
        new GatewayConfig(
            gateway.plain() ? Optional.of(gateway.listen()) : Optional.empty(),
            tls(gateway, ranges),
            gateway.websocket().origins().map(Set::copyOf).orElse(Set.of()),
            proxy(gateway, ranges),
            gateway.admin(),
            ranges.distinct("delivery", gateway.delivery()),
            trunkTls(gateway.trunkTls(), ranges),
            keys.cluster().secretFile(),
            gateway.name().orElseGet(() -> "gateway-" + ProcessHandle.current().pid()),
            gateway.transport(),
            loops,
            new EdgeLimits(
                ranges.check("first-frame-ms", gateway.firstFrameMs(), 1, HOUR_MS),
                ranges.check("started-frame-ms", gateway.startedFrameMs(), 1, HOUR_MS),
                ranges.check("attach-ms", gateway.attachMs(), 1, HOUR_MS),
                ranges.check("detached-ms", gateway.detachedMs(), 1, HOUR_MS),
                ranges.check("sign-up-idle-ms", gateway.signUpIdleMs(), 1, HOUR_MS),
                ranges.check("return-after-min-ms", gateway.returnAfterMinMs(), 1, HOUR_MS),
                ranges.check(
                    "return-after-max-ms",
                    gateway.returnAfterMaxMs(),
                    gateway.returnAfterMinMs(),
                    HOUR_MS),
                ranges.check(
                    "return-after-unreached-ms", gateway.returnAfterUnreachedMs(), 1, HOUR_MS)),
            new LineLimits(
                ranges.check("line.places", gateway.line().places(), 1, PLACES_MAX),
                ranges.check("line.tell-ms", gateway.line().tellMs(), TELL_MIN_MS, TELL_MAX_MS),
                ranges.check(
                    "line.work-bits", gateway.line().workBits(), 0, LineLimits.WORK_BITS_MAX)),
            new AcceptLimits(
                ranges.check("accept.under-way", gateway.accept().underWay(), 1, UNDER_WAY_MAX),
                ranges.check("backlog", gateway.backlog(), 1, 65_535),
                ranges.check("accept.ramp-ms", gateway.accept().rampMs(), 0, HOUR_MS)),
            new SocketLimits(
                ranges.check("outbound-bytes", gateway.outboundBytes(), 256 * 1024, GIB),
                outboundTotalBytes(gateway, ranges, directBytes) / loops,
                inboundTotalBytes(gateway, ranges, directBytes),
                ranges.check("linger-ms", gateway.lingerMs(), 0, HOUR_MS),
                ranges.check("sweep-ms", gateway.sweepMs(), 1, 60_000),
                ranges.check("reattach-per-second", gateway.reattachPerSecond(), 1, REATTACH_MAX),
                ranges.check("rebalance-percent", gateway.rebalancePercent(), 0, REBALANCE_MAX)),
            rates(gateway.rate(), ranges),
            new TrunkLimits(
                ranges.check("trunk-queue-bytes", gateway.trunkQueueBytes(), 256 * 1024, GIB),
                ranges.check("trunk-stuck-ms", gateway.trunkStuckMs(), 1, HOUR_MS),
                ranges.check("trunk-open-ms", gateway.trunkOpenMs(), 1, HOUR_MS),
                ranges.check("trunk-backoff-min-ms", gateway.trunkBackoffMinMs(), 1, HOUR_MS),
                ranges.check(
                    "trunk-backoff-max-ms",
                    gateway.trunkBackoffMaxMs(),
                    gateway.trunkBackoffMinMs(),
                    HOUR_MS)),
            new Drain(
                ranges.check("drain-window-ms", gateway.drainWindowMs(), 0, HOUR_MS),
                ranges.check("drain-grace-ms", gateway.drainGraceMs(), 0, HOUR_MS)),
            ranges.check("warm-up-ms", gateway.warmUpMs(), 0, 60_000));
    ranges.report();
    return config;
  }

  /**
   * That of a gateway in this process for strangers only: the same handlers on free loopback ports,
   * without a balancer before it or a delivery node behind it.
   */
  GatewayConfig rehearsal() {
    NodeAddress free = new NodeAddress(InetAddress.getLoopbackAddress().getHostAddress(), 0);
    return new GatewayConfig(
        listen.map(_ -> free),
        tls.map(port -> new TlsListen(free, port.files())),
        webSocketOrigins,
        Optional.empty(),
        free,
        List.of(),
        Optional.empty(),
        secretFile,
        name,
        transport,
        eventLoops,
        edge,
        line,
        new AcceptLimits(accept.underWay(), accept.backlog(), 0),
        sockets,
        new Rates(rates.limits(), Networks.of(List.of("127.0.0.0/8", "::1/128"))),
        trunks,
        new Drain(0, 0),
        0);
  }

  /** Whether it serves nobody but strangers: {@link #rehearsal}. */
  boolean isRehearsal() {
    return delivery.isEmpty();
  }

  private static Optional<TlsListen> tls(GatewayKeys.Gateway gateway, Ranges ranges) {
    GatewayKeys.Gateway.Tls tls = gateway.tls();
    int pollMs = ranges.check("tls.poll-ms", tls.pollMs(), 1, HOUR_MS);
    if (tls.certificate().isEmpty() && tls.key().isEmpty()) {
      ranges.require(gateway.plain(), "plain", "false (expected: true, or a tls.certificate)");
      return Optional.empty();
    }
    ranges.require(
        tls.certificate().isPresent(), "tls.certificate", "not set (expected: that of tls.key)");
    ranges.require(tls.key().isPresent(), "tls.key", "not set (expected: that of tls.certificate)");
    return tls.certificate()
        .flatMap(
            certificate ->
                tls.key()
                    .map(
                        key ->
                            new TlsListen(
                                gateway.listenTls(),
                                new CertificateFiles(certificate, key, Optional.empty(), pollMs))));
  }

  private static Optional<TrunkSecurity> trunkTls(GatewayKeys.Gateway.TrunkTls tls, Ranges ranges) {
    int pollMs = ranges.check("trunk-tls.poll-ms", tls.pollMs(), 1, HOUR_MS);
    if (tls.certificate().isEmpty() && tls.key().isEmpty() && tls.ca().isEmpty()) {
      ranges.require(
          !tls.checkHost(), "trunk-tls.check-host", "true (expected: a trunk-tls.certificate)");
      return Optional.empty();
    }
    ranges.require(
        tls.certificate().isPresent() && tls.key().isPresent() && tls.ca().isPresent(),
        "trunk-tls",
        "incomplete (expected: trunk-tls.certificate, trunk-tls.key and trunk-tls.ca together)");
    HostNames hostNames = tls.checkHost() ? HostNames.CHECKED : HostNames.IGNORED;
    return tls.certificate()
        .flatMap(
            certificate ->
                tls.key().map(key -> new CertificateFiles(certificate, key, tls.ca(), pollMs)))
        .map(files -> new TrunkSecurity(files, hostNames));
  }

  private static Optional<ProxyRules> proxy(GatewayKeys.Gateway gateway, Ranges ranges) {
    List<String> sources = gateway.proxySources().orElse(List.of());
    boolean isRequired = gateway.proxyProtocol().equals("required");
    ranges.require(
        isRequired || gateway.proxyProtocol().equals("off"),
        "proxy-protocol",
        gateway.proxyProtocol() + " (expected: off or required)");
    ranges.require(
        !isRequired || !sources.isEmpty(),
        "proxy-sources",
        "not set (expected: the networks of the balancers)");
    return isRequired
        ? Optional.of(new ProxyRules(ranges.networks("proxy-sources", sources)))
        : Optional.empty();
  }

  /** What clients do not take must leave room for what they send, and for the trunks. */
  private static int outboundTotalBytes(
      GatewayKeys.Gateway gateway, Ranges ranges, long directBytes) {
    int fitting = Math.clamp(directBytes / 4, MIB, OUTBOUND_TOTAL_BYTES);
    int total =
        ranges.check(
            "outbound-total-bytes", gateway.outboundTotalBytes().orElse(fitting), MIB, GIB);
    ranges.require(
        total < directBytes / 2,
        "outbound-total-bytes",
        total
            + " (expected: below "
            + directBytes / 2
            + ", a half of the direct memory: -XX:MaxDirectMemorySize, or the heap's size)");
    return total;
  }

  /** With what clients do not take it must leave a quarter for all else. */
  private static int inboundTotalBytes(
      GatewayKeys.Gateway gateway, Ranges ranges, long directBytes) {
    int fitting = Math.clamp(directBytes / 8, MIB, INBOUND_TOTAL_BYTES);
    int total =
        ranges.check("inbound-total-bytes", gateway.inboundTotalBytes().orElse(fitting), MIB, GIB);
    ranges.require(
        total < directBytes / 4,
        "inbound-total-bytes",
        total
            + " (expected: below "
            + directBytes / 4
            + ", a quarter of the direct memory: -XX:MaxDirectMemorySize, or the heap's size)");
    return total;
  }

  private static Rates rates(RateKeys rate, Ranges ranges) {
    Rate payloadBytes = ranges.rate("device.payload-bytes", rate.device().payloadBytes());
    ranges.require(
        payloadBytes.burst() >= MAX_PAYLOAD_BYTES,
        "rate.device.payload-bytes",
        payloadBytes.burst() + " at once (expected: at least " + MAX_PAYLOAD_BYTES + ')');
    Map<Limit, Rate> limits = new EnumMap<>(Limit.class);
    limits.put(
        Limit.ADDRESS_CONNECTIONS,
        ranges.rate("address.connections", rate.address().connections()));
    limits.put(Limit.ADDRESS_HELLOS, ranges.rate("address.hellos", rate.address().hellos()));
    limits.put(Limit.ADDRESS_SIGN_UPS, ranges.rate("address.sign-ups", rate.address().signUps()));
    limits.put(Limit.ACCOUNT_SENDS, ranges.rate("account.sends", rate.account().sends()));
    limits.put(Limit.DEVICE_SENDS, ranges.rate("device.sends", rate.device().sends()));
    limits.put(Limit.DEVICE_PAYLOAD_BYTES, payloadBytes);
    limits.put(Limit.DEVICE_LOOK_UPS, ranges.rate("device.look-ups", rate.device().lookUps()));
    limits.put(Limit.DEVICE_LINKS, ranges.rate("device.links", rate.device().links()));
    limits.put(Limit.DEVICE_PINGS, ranges.rate("device.pings", rate.device().pings()));
    limits.put(Limit.DEVICE_SYNCS, ranges.rate("device.syncs", rate.device().syncs()));
    limits.put(Limit.DEVICE_FRAMES, ranges.rate("device.frames", rate.device().frames()));
    List<String> exempt = rate.exempt();
    return new Rates(
        new RateLimits(limits, ranges.check("rate.rows", rate.rows(), 1_024, 1 << 24)),
        ranges.networks("rate.exempt", exempt.equals(List.of("none")) ? List.of() : exempt));
  }

  /** Gathers what is out of range, so that all of it is reported together. */
  private static final class Ranges {
    private final List<String> problems = new ArrayList<>();

    int check(String key, int value, int min, int max) {
      if (value < min || value > max) {
        problems.add(
            "breakwater.gateway." + key + ": " + value + " (expected: " + min + ".." + max + ')');
      }
      return value;
    }

    Rate rate(String key, String text) {
      try {
        return Rate.parse(text);
      } catch (IllegalArgumentException e) {
        require(false, "rate." + key, String.valueOf(e.getMessage()));
        return Rate.OFF;
      }
    }

    Networks networks(String key, List<String> networks) {
      try {
        return Networks.of(networks);
      } catch (IllegalArgumentException e) {
        require(false, key, String.valueOf(e.getMessage()));
        return Networks.of(List.of());
      }
    }

    List<NodeAddress> distinct(String key, List<NodeAddress> nodes) {
      if (Set.copyOf(nodes).size() != nodes.size()) {
        problems.add("breakwater.gateway." + key + ": " + nodes + " (expected: each node once)");
      }
      return List.copyOf(nodes);
    }

    void require(boolean holds, String key, String problem) {
      if (!holds) {
        problems.add("breakwater.gateway." + key + ": " + problem);
      }
    }

    void report() {
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException("configuration:\n  " + String.join("\n  ", problems));
      }
    }
  }
}
