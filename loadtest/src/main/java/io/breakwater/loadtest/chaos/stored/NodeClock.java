package io.breakwater.loadtest.chaos.stored;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Asks a Cassandra node what time it is. */
public final class NodeClock {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private NodeClock() {}

  /** Its wall clock; none if it does not answer. */
  public static Optional<Instant> ask(InetSocketAddress cql) {
    DriverConfigLoader config =
        DriverConfigLoader.programmaticBuilder()
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, TIMEOUT)
            .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, TIMEOUT)
            .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
            .build();
    try (CqlSession session =
        CqlSession.builder()
            .addContactPoint(cql)
            .withLocalDatacenter(StoredMessages.DATACENTER)
            .withConfigLoader(config)
            .build()) {
      Optional<Node> node = session.getMetadata().findNode(cql);
      if (node.isEmpty()) {
        return Optional.empty();
      }
      Row row =
          session
              .execute(
                  SimpleStatement.newInstance("SELECT current_timestamp() FROM system.local")
                      .setNode(node.get()))
              .one();
      return Optional.ofNullable(row).map(each -> each.getInstant(0));
    } catch (DriverException | IllegalStateException e) {
      return Optional.empty();
    }
  }
}
