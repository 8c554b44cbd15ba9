package io.breakwater.delivery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code breakwater.*} of a delivery process; in the environment {@code BREAKWATER_*}. See
 * docs/configuration.md.
 */
@ConfigMapping(prefix = "breakwater")
interface DeliverySettings {
  /** This process. */
  Delivery delivery();

  /** What the cluster has in common. */
  Cluster cluster();

  /** {@code breakwater.delivery.*}. */
  interface Delivery {
    /** {@code host:port} for gateways and other delivery nodes. */
    @WithDefault("127.0.0.1:7410")
    String listen();

    /** {@code host:port} where they reach {@link #listen}; the same unless given. */
    Optional<String> advertise();

    /** {@code host:port} for liveness, readiness and metrics. */
    @WithDefault("127.0.0.1:7411")
    String admin();

    /** Connections to {@link #listen}, at most. */
    @WithName("trunk-connections")
    @WithDefault("4096")
    int trunkConnections();

    /** {@code breakwater.delivery.trunk-tls.*}. */
    @WithName("trunk-tls")
    TrunkTls trunkTls();

    /** Threads that own mailboxes; half the processors unless given. */
    OptionalInt lanes();

    /** Whether history keeps message bodies. */
    @WithName("store-history")
    @WithDefault("true")
    boolean storeHistory();

    /**
     * How long a stop may take to settle everything; what is left is recovered by the next start.
     */
    @WithName("stop-timeout")
    @WithDefault("PT8S")
    Duration stopTimeout();
  }

  /** {@code breakwater.delivery.trunk-tls.*}. */
  interface TrunkTls {
    /** PEM: the node's certificate, then its chain. Without it trunks have no TLS. */
    Optional<Path> certificate();

    /** PEM: its private key, PKCS #8. */
    Optional<Path> key();

    /** PEM: the authorities of the gateways' certificates. */
    Optional<Path> ca();

    /** Between two looks at whether the files have changed; ms. */
    @WithName("poll-ms")
    @WithDefault("5000")
    int pollMs();
  }

  /** {@code breakwater.cluster.*}. */
  interface Cluster {
    /** File with at least 64 hexadecimal digits, the same on every process. */
    @WithName("secret-file")
    Optional<Path> secretFile();
  }
}
