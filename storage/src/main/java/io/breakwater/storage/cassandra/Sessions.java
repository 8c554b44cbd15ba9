package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import io.breakwater.storage.StorageException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

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

  private final CassandraConfig config;

  Sessions(CassandraConfig config) {
    this.config = config;
  }

  /**
   * A session for schema changes, without a keyspace.
   *
   * @throws StorageException if no node can be reached
   */
  CqlSession openForSchema() {
    return open(builder());
  }

  /**
   * A session in the keyspace.
   *
   * @throws StorageException if no node can be reached
   */
  CqlSession open() {
    return open(builder().withKeyspace(config.keyspace()));
  }

  private CqlSessionBuilder builder() {
    CqlSessionBuilder builder =
        CqlSession.builder()
            .withLocalDatacenter(config.datacenter())
            .withApplicationName("breakwater")
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
        .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(100))
        .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, Duration.ofSeconds(2))
        .withDuration(DefaultDriverOption.HEARTBEAT_INTERVAL, Duration.ofSeconds(5))
        .withDuration(DefaultDriverOption.HEARTBEAT_TIMEOUT, Duration.ofSeconds(3))
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

  private StorageException translated(DriverException failure) {
    String where = "Cassandra at " + config.contactPoints() + ": ";
    return failure instanceof AllNodesFailedException e
        ? new StorageException.Unavailable(where + DriverErrors.reasons(e), e)
        : new StorageException.Unavailable(where + failure.getMessage(), failure);
  }

  private CqlSession open(CqlSessionBuilder builder) {
    try {
      return builder.build();
    } catch (DriverException e) {
      throw translated(e);
    }
  }
}
