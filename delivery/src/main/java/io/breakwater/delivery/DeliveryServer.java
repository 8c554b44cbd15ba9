package io.breakwater.delivery;

import io.breakwater.common.admin.AdminPage;
import io.breakwater.common.admin.AdminServer;
import io.breakwater.common.admin.Readiness;
import io.breakwater.common.certificate.CertificateFiles;
import io.breakwater.common.certificate.UnusableCertificate;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.lever.LeverPage;
import io.breakwater.common.lever.Levers;
import io.breakwater.common.scale.ScalePage;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.delivery.node.Clocks;
import io.breakwater.delivery.node.Node;
import io.breakwater.delivery.node.Startup;
import io.breakwater.delivery.node.StorageWait;
import io.breakwater.delivery.relay.RelayService;
import io.breakwater.delivery.relay.Relays;
import io.breakwater.delivery.suspect.Suspector;
import io.breakwater.delivery.trunk.TrunkRules;
import io.breakwater.delivery.trunk.TrunkServer;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.cassandra.CassandraConfig;
import io.breakwater.storage.cassandra.CassandraStorage;
import io.breakwater.trunk.TrunkTls;
import io.breakwater.trunk.TrunkTlsMeters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a delivery process, started in order and stopped in reverse. */
public final class DeliveryServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeliveryServer.class);

  /**
   * What a delivery process is started with.
   *
   * @param listen for gateways and other delivery nodes
   * @param advertised where they reach it
   * @param trunkConnections from gateways, at most
   * @param trunkTls the files of this node's certificate; trunks have no TLS without them
   * @param admin for liveness, readiness and metrics
   * @param lanes threads that own mailboxes
   * @param mint holds the cluster secret
   */
  public record Config(
      InetSocketAddress listen,
      InetSocketAddress advertised,
      int trunkConnections,
      Optional<CertificateFiles> trunkTls,
      InetSocketAddress admin,
      int lanes,
      LaneLimits limits,
      CassandraConfig cassandra,
      StorageLayout layout,
      CredentialMint mint,
      Duration stopTimeout) {
    /** Checks what {@link DeliveryMain} cannot. */
    public Config {
      check("lanes", lanes, 256);
      check("trunk connections", trunkConnections, 65_536);
    }

    private static void check(String what, int value, int max) {
      if (value < 1 || value > max) {
        throw new IllegalArgumentException(what + ": " + value + " (expected: 1.." + max + ')');
      }
    }
  }

  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  /** The meters that say whether there are enough delivery nodes, and what else is short. */
  private static final List<String> SCALE =
      List.of(
          "breakwater.delivery.recommended",
          "breakwater.delivery.load",
          "breakwater.delivery.lanes.busy",
          "breakwater.delivery.members",
          "breakwater.delivery.brown.out",
          "breakwater.delivery.saturated",
          "breakwater.delivery.capacity",
          "breakwater.delivery.delay.calm.ms",
          "breakwater.delivery.delay.target.ms",
          "breakwater.delivery.delay.ms",
          "breakwater.delivery.delay.high.ms",
          "breakwater.delivery.credits.wanted",
          "breakwater.delivery.credits.starved",
          "breakwater.delivery.lane.queue",
          "breakwater.delivery.journal.backlog",
          "breakwater.delivery.levers.moved");

  private static final String STOPPING = "stopping";

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Readiness readiness = new Readiness();
  private final AtomicReference<@Nullable Node> node = new AtomicReference<>();
  private final CompletableFuture<Void> closing = new CompletableFuture<>();
  private final DeliveryLevers levers = new DeliveryLevers();
  private final Config config;
  private final Parts parts;

  private DeliveryServer(Config config, Parts parts) {
    this.config = config;
    this.parts = parts;
  }

  /**
   * Starts everything; returns when gateways and other nodes can reach it. From {@link #join} on it
   * has to be closed, or else what it has is to be recovered. While Cassandra does not answer it
   * waits: live, and not ready.
   *
   * @param onFatal told why the process has to end at once; any thread
   * @throws IOException if an address cannot be bound
   * @throws UnusableCertificate if trunks cannot have TLS with these files
   * @throws io.breakwater.storage.StorageException.Broken if Cassandra answers what waiting will
   *     not cure
   */
  public static DeliveryServer start(
      Config config, IncarnationId incarnation, Consumer<String> onFatal)
      throws IOException, InterruptedException, UnusableCertificate {
    return start(config, incarnation, onFatal, Parts.USUAL);
  }

  /** The same with other parts, for tests. */
  static DeliveryServer start(
      Config config, IncarnationId incarnation, Consumer<String> onFatal, Parts parts)
      throws IOException, InterruptedException, UnusableCertificate {
    DeliveryServer server = new DeliveryServer(config, parts);
    try {
      server.open(incarnation, onFatal);
    } catch (IOException | InterruptedException | UnusableCertificate | RuntimeException e) {
      server.closeParts();
      throw e;
    }
    return server;
  }

  private void open(IncarnationId incarnation, Consumer<String> onFatal)
      throws IOException, InterruptedException, UnusableCertificate {
    TrunkTlsMeters tlsMeters = new TrunkTlsMeters(metrics, "delivery");
    TrunkRules rules = new TrunkRules(config.trunkConnections(), trunkTls(tlsMeters));
    started.push(
        AdminServer.start(
            config.admin(),
            metrics,
            readiness,
            this::isLive,
            List.of(
                new AdminPage("/home", query -> HomePage.of(node.get(), query)),
                LeverPage.of(levers.all()),
                ScalePage.of(metrics, SCALE))));
    Gauge.builder("breakwater.delivery.levers.moved", levers.all(), Levers::moved)
        .description("Levers that are not what they were at the start")
        .register(metrics);
    readiness.notReady("connecting to Cassandra");
    Clocks clocks = Clocks.system();
    StorageWait wait = new StorageWait(ASK_AGAIN, clocks, readiness::notReady);
    CassandraStorage storage =
        wait.answer(() -> CassandraStorage.connect(config.cassandra(), config.layout(), metrics));
    started.push(storage);
    sayDurability(storage);
    readiness.notReady("joining");
    Optional<TrunkTls> relayTls = relayTls();
    Relays relays = new Relays(incarnation, relayTls, metrics);
    started.push(relays);
    Suspector suspector =
        new Suspector(
            incarnation,
            config.cassandra().keyspace(),
            resolved(config.advertised()),
            sockets(relayTls));
    started.push(suspector);
    Node begun =
        new Startup(
                parts.storage().apply(storage),
                wait,
                clocks,
                config.limits(),
                config.lanes(),
                parts.lanes(),
                relays,
                suspector,
                metrics,
                onFatal)
            .begin(incarnation, text(config.advertised()));
    node.set(begun);
    levers.hold(begun.grantor());
    started.push(begun);
    started.push(
        TrunkServer.start(
            config.listen(),
            rules,
            tlsMeters,
            begun,
            List.of(RelayService.of(begun)),
            storage.accounts(),
            config.mint(),
            metrics));
    relays.start(() -> begun.standings().view(), begun::heardOf);
    suspector.start(begun::lookAgain, onFatal);
  }

  /**
   * Joins the cluster; returns when earlier owners have released the shards of this node, or when
   * another thread has begun to close it. Some shards may be served long before.
   *
   * @return whether it is ready
   */
  public boolean join() {
    Node begun = Objects.requireNonNull(node.get(), "not started");
    readiness.notReady("joining: earlier owners have not released its shards yet");
    CompletableFuture.anyOf(begun.join().toCompletableFuture(), closing).join();
    readiness.ready();
    if (closing.isDone()) {
      // It may have said so before.
      readiness.notReady(STOPPING);
      return false;
    }
    return true;
  }

  private static InetSocketAddress resolved(InetSocketAddress address) throws IOException {
    InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
    if (resolved.isUnresolved()) {
      throw new IOException(
          "advertised address: " + text(address) + " (expected: a host that can be resolved)");
    }
    return resolved;
  }

  private static String text(InetSocketAddress address) {
    String host = address.getHostString();
    return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + address.getPort();
  }

  private static Optional<SSLContext> sockets(Optional<TrunkTls> tls) throws UnusableCertificate {
    return tls.isEmpty() ? Optional.empty() : Optional.of(tls.get().sockets());
  }

  private Optional<TrunkTls> relayTls() throws UnusableCertificate {
    if (config.trunkTls().isEmpty()) {
      return Optional.empty();
    }
    TrunkTls tls =
        TrunkTls.ofRelay(
            config.trunkTls().get(), InstantSource.system(), new TrunkTlsMeters(metrics, "relay"));
    started.push(tls);
    return Optional.of(tls);
  }

  private Optional<TrunkTls> trunkTls(TrunkTlsMeters meters) throws UnusableCertificate {
    if (config.trunkTls().isEmpty()) {
      return Optional.empty();
    }
    TrunkTls tls = TrunkTls.ofDelivery(config.trunkTls().get(), InstantSource.system(), meters);
    started.push(tls);
    return Optional.of(tls);
  }

  /** P1: says what the end of Cassandra would cost, and warns if that is not nothing. */
  private static void sayDurability(CassandraStorage storage) {
    var _ =
        storage
            .durability()
            .whenComplete(
                (setting, failure) -> {
                  if (failure != null) {
                    log.warn("commitlog_sync of Cassandra cannot be read: {}", failure.toString());
                  } else if (setting.lossWindow().isZero()) {
                    log.info(
                        "Cassandra syncs its commit log before it answers ({}): neither a kill nor a power loss"
                            + " loses anything accepted",
                        setting);
                  } else {
                    log.warn(
                        "Cassandra syncs its commit log after it answers ({}): a kill (kill -9) or a power loss"
                            + " of all replicas loses what was accepted in the last {} ms",
                        setting,
                        setting.lossWindow().toMillis());
                  }
                });
  }

  private boolean isLive() {
    Node running = node.get();
    return running == null || running.isLive();
  }

  /**
   * Hands everything to the other nodes; without any, stops serving and settles what can be settled
   * in time. Then stops.
   */
  @Override
  public void close() {
    closing.complete(null);
    readiness.notReady(STOPPING);
    Node running = node.get();
    if (running != null) {
      leave(running);
    }
    closeParts();
  }

  private void leave(Node running) {
    long beganMs = System.nanoTime() / 1_000_000;
    long deadlineMs = config.stopTimeout().toMillis();
    switch (running.leave(deadlineMs)) {
      case LEFT -> log.info("handed over: nothing to recover");
      case LATE ->
          log.warn("not all is handed over in {} ms: another node recovers it", deadlineMs);
      case ALONE -> {
        closeTrunks();
        long leftMs = deadlineMs - (System.nanoTime() / 1_000_000 - beganMs);
        log.info(
            running.settle(leftMs)
                ? "settled: nothing to recover"
                : "not all is settled: the next start recovers it from the journal");
      }
    }
  }

  private void closeTrunks() {
    AutoCloseable first = started.peek();
    if (first instanceof TrunkServer) {
      started.pop();
      closePart(first);
    }
  }

  /** Stops as a killed process does, but for its files: nothing is settled. For tests. */
  void abandon() {
    closeParts();
  }

  /** The metrics, Prometheus text. */
  String scrape() {
    return metrics.scrape();
  }

  private void closeParts() {
    while (!started.isEmpty()) {
      closePart(started.pop());
    }
  }

  private static void closePart(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      log.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
    }
  }
}
