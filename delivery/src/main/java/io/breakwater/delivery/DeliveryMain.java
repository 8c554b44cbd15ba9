package io.breakwater.delivery;

import io.breakwater.common.certificate.CertificateFiles;
import io.breakwater.common.certificate.UnusableCertificate;
import io.breakwater.common.config.NameLifetime;
import io.breakwater.common.config.Settings;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.secret.ClusterSecret;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.cassandra.CassandraConfig;
import io.breakwater.storage.cassandra.CassandraSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery process. Exit status: 0 stopped by a signal, 1 could not start, 2 wrong
 * configuration, 3 another process has taken its place or it is broken.
 */
public final class DeliveryMain {
  private static final Logger log = LoggerFactory.getLogger(DeliveryMain.class);

  /** What {@link DeliveryServer#start} does. */
  interface Start {
    DeliveryServer start(
        DeliveryServer.Config config, IncarnationId incarnation, Consumer<String> onFatal)
        throws IOException, InterruptedException, UnusableCertificate;
  }

  private DeliveryMain() {}

  /** Takes no arguments: see docs/configuration.md. */
  public static void main(String[] args) throws InterruptedException {
    run(DeliveryServer::start);
  }

  /**
   * Runs until a signal comes.
   *
   * @param start another one in a test build
   */
  static void run(Start start) throws InterruptedException {
    NameLifetime.shorten();
    DeliveryServer.Config config;
    try {
      config = configure();
    } catch (Settings.InvalidSettings | IllegalArgumentException e) {
      log.error("{}", e.getMessage());
      System.exit(2);
      return;
    }
    try {
      serve(config, start);
    } catch (UnusableCertificate e) {
      log.error("trunk-tls {}", e.getMessage());
      System.exit(2);
    } catch (IOException | StorageException e) {
      log.error("delivery cannot start: {}", e.getMessage());
      System.exit(1);
    }
  }

  private static void serve(DeliveryServer.Config config, Start start)
      throws IOException, InterruptedException, UnusableCertificate {
    SecureRandom random = new SecureRandom();
    IncarnationId incarnation = new IncarnationId(random.nextLong(), random.nextLong());
    DeliveryServer server = start.start(config, incarnation, DeliveryMain::endAtOnce);
    CountDownLatch stopped = new CountDownLatch(1);
    // Before it joins: a node serves some shards while it still waits for the owners of others.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  stopped.countDown();
                },
                "stop"));
    if (server.join()) {
      log.info("delivery is ready: trunks at {}, admin at {}", config.listen(), config.admin());
    }
    stopped.await();
  }

  /** Nothing may be published any more: no hook that could settle is run. */
  private static void endAtOnce(String why) {
    log.error("ending at once: {}", why);
    Runtime.getRuntime().halt(3);
  }

  private static DeliveryServer.Config configure() {
    DeliverySettings settings = Settings.load(DeliverySettings.class);
    DeliverySettings.Delivery delivery = settings.delivery();
    Path secretFile =
        settings
            .cluster()
            .secretFile()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "BREAKWATER_CLUSTER_SECRET_FILE: not set (expected: a file of at least 64"
                            + " hexadecimal digits)"));
    int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    CassandraSettings cassandra = Settings.load(CassandraSettings.class);
    StorageLayout layout = CassandraConfig.layout(cassandra);
    InetSocketAddress listen = address("BREAKWATER_DELIVERY_LISTEN", delivery.listen());
    return new DeliveryServer.Config(
        listen,
        delivery
            .advertise()
            .map(given -> address("BREAKWATER_DELIVERY_ADVERTISE", given))
            .orElseGet(() -> reachable(listen)),
        delivery.trunkConnections(),
        trunkTls(delivery.trunkTls()),
        address("BREAKWATER_DELIVERY_ADMIN", delivery.admin()),
        delivery.lanes().orElse(half),
        LaneLimits.standard()
            .storing(
                delivery.storeHistory(),
                layout.mailboxTtl().toMillis(),
                layout.originTtl().toMillis()),
        CassandraConfig.of(cassandra),
        layout,
        new CredentialMint(ClusterSecret.read(secretFile)),
        delivery.stopTimeout());
  }

  private static Optional<CertificateFiles> trunkTls(DeliverySettings.TrunkTls tls) {
    if (tls.pollMs() < 1 || tls.pollMs() > 3_600_000) {
      throw new IllegalArgumentException(
          "BREAKWATER_DELIVERY_TRUNK_TLS_POLL_MS: " + tls.pollMs() + " (expected: 1..3600000)");
    }
    if (tls.certificate().isPresent() && tls.key().isPresent() && tls.ca().isPresent()) {
      return Optional.of(
          new CertificateFiles(tls.certificate().get(), tls.key().get(), tls.ca(), tls.pollMs()));
    }
    if (tls.certificate().isPresent() || tls.key().isPresent() || tls.ca().isPresent()) {
      throw new IllegalArgumentException(
          "BREAKWATER_DELIVERY_TRUNK_TLS_*: incomplete (expected: CERTIFICATE, KEY and CA"
              + " together)");
    }
    return Optional.empty();
  }

  /** An address of this machine in place of the one that stands for all of them. */
  private static InetSocketAddress reachable(InetSocketAddress listen) {
    if (listen.isUnresolved() || !listen.getAddress().isAnyLocalAddress()) {
      return listen;
    }
    try {
      return new InetSocketAddress(InetAddress.getLocalHost().getHostAddress(), listen.getPort());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "BREAKWATER_DELIVERY_ADVERTISE: not set, and this machine's address is not known"
              + " (expected: host:port where others reach it)",
          e);
    }
  }

  private static InetSocketAddress address(String name, String value) {
    int colon = value.lastIndexOf(':');
    try {
      int port = Integer.parseInt(value.substring(colon + 1));
      if (colon > 0 && port >= 0 && port <= 65_535) {
        return new InetSocketAddress(value.substring(0, colon), port);
      }
    } catch (NumberFormatException e) {
      // Told below, with the value.
    }
    throw new IllegalArgumentException(name + ": " + value + " (expected: host:port)");
  }
}
