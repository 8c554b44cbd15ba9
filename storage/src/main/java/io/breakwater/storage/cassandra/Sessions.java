package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.InvalidKeyspaceException;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.metadata.Node;
import io.breakwater.storage.StorageException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Opens sessions with every option that Breakwater depends on. */
final class Sessions {
  /** Of one connection; above the limits of all kinds of calls with the requests each may make. */
  private static final int MAX_REQUESTS = 8192;

  /**
   * How long the driver's threads idle before they end. Not 0: they would end before the one that
   * closes the session has begun to wait for them, and it would wait in vain.
   */
  private static final int QUIET_MILLIS = 100;

  private static final int SHUTDOWN_MILLIS = 5000;
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration HEARTBEAT_ANSWER = Duration.ofSeconds(3);

  /** A connection on which nothing came for so long is closed. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final CassandraConfig config;

  Sessions(CassandraConfig config) {
    this.config = config;
  }

  /**
   * A session in the keyspace, which is created if it does not exist. That takes a session of its
   * own, so it is done only when it is needed.
   *
   * @throws StorageException.Unavailable if no node answers
   * @throws StorageException.Broken if one does, but waiting would not help
   */
  CqlSession open() {
    try {
      try {
        return inDatacenter(builder().withKeyspace(config.keyspace()).build());
      } catch (InvalidKeyspaceException e) {
        createKeyspace();
        return inDatacenter(builder().withKeyspace(config.keyspace()).build());
      }
    } catch (DriverException e) {
      throw DriverErrors.translateConnecting(config.contactPoints(), e);
    }
  }

  private void createKeyspace() {
    try (CqlSession session = inDatacenter(builder().build())) {
      Schema.createKeyspace(session, config);
    }
  }

  /** Of another datacenter's nodes none is ever asked: every call would fail. */
  private CqlSession inDatacenter(CqlSession session) {
    Set<String> known = new TreeSet<>();
    for (Node node : session.getMetadata().getNodes().values()) {
      known.add(String.valueOf(node.getDatacenter()));
    }
    if (known.contains(config.datacenter())) {
      return session;
    }
    session.close();
    throw new StorageException.Broken(
        "Cassandra datacenter: %s (expected: one of %s)".formatted(config.datacenter(), known),
        null);
  }

  private CqlSessionBuilder builder() {
    CqlSessionBuilder builder =
        new WatchfulSessionBuilder(SILENCE)
            .withLocalDatacenter(config.datacenter())
            .withApplicationName("breakwater")
            .withNodeStateListener(new NodeWatch())
            .withConfigLoader(options());
    config.contactPoints().forEach(point -> builder.addContactPoint(unresolved(point)));
    return builder;
  }

  private static InetSocketAddress unresolved(InetSocketAddress address) {
    return InetSocketAddress.createUnresolved(address.getHostString(), address.getPort());
  }

  private DriverConfigLoader options() {
    return DriverConfigLoader.programmaticBuilder()
        .withBoolean(DefaultDriverOption.RESOLVE_CONTACT_POINTS, false)
        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, config.requestTimeout())
        .withString(DefaultDriverOption.REQUEST_CONSISTENCY, "LOCAL_QUORUM")
        .withString(DefaultDriverOption.REQUEST_SERIAL_CONSISTENCY, "LOCAL_SERIAL")
        .withClass(DefaultDriverOption.RETRY_POLICY_CLASS, RethrowPolicy.class)
        // A line per attempt says no more than NodeWatch does; at DEBUG they are still there.
        .withBoolean(DefaultDriverOption.CONNECTION_WARN_INIT_ERROR, false)
        .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(100))
        .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, Duration.ofSeconds(2))
        .withDuration(DefaultDriverOption.HEARTBEAT_INTERVAL, HEARTBEAT)
        .withDuration(DefaultDriverOption.HEARTBEAT_TIMEOUT, HEARTBEAT_ANSWER)
        .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, Duration.ofSeconds(5))
        .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, Duration.ofSeconds(5))
        .withDuration(
            DefaultDriverOption.CONTROL_CONNECTION_AGREEMENT_TIMEOUT, Duration.ofSeconds(20))
        .withDuration(DefaultDriverOption.METADATA_SCHEMA_WINDOW, Duration.ofMillis(20))
        .withInt(DefaultDriverOption.CONNECTION_MAX_REQUESTS, MAX_REQUESTS)
        .withInt(DefaultDriverOption.NETTY_IO_SIZE, 1)
        .withInt(DefaultDriverOption.NETTY_ADMIN_SIZE, 1)
        .withString(DefaultDriverOption.NETTY_IO_SHUTDOWN_UNIT, "MILLISECONDS")
        .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, QUIET_MILLIS)
        .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_TIMEOUT, SHUTDOWN_MILLIS)
        .withString(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_UNIT, "MILLISECONDS")
        .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, QUIET_MILLIS)
        .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_TIMEOUT, SHUTDOWN_MILLIS)
        .withStringList(
            DefaultDriverOption.METADATA_SCHEMA_REFRESHED_KEYSPACES, List.of(config.keyspace()))
        .build();
  }
}
