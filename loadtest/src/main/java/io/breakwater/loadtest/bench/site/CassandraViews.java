package io.breakwater.loadtest.bench.site;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.Row;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Counts the reads of Breakwater's tables as Cassandra itself counts them, in {@code system_views}.
 * One node: the figures are of the node that is asked. Any thread; each call waits.
 */
public final class CassandraReads implements AutoCloseable {
  private static final String DATACENTER = "datacenter1";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** What a delivery node reads four times a second whether anybody connects or not. */
  private static final Set<String> OWN_TABLES = Set.of("incarnations", "cluster_view");

  /** Reads of one partition, and of ranges. */
  private static final List<String> TABLES = List.of("local_read_latency", "local_scan_latency");

  private final CqlSession session;
  private final String keyspace;

  private CassandraReads(CqlSession session, String keyspace) {
    this.session = session;
    this.keyspace = keyspace;
  }

  /** Connects. */
  public static CassandraReads connect(InetSocketAddress cql, String keyspace) {
    DriverConfigLoader config =
        DriverConfigLoader.programmaticBuilder()
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, TIMEOUT)
            .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, TIMEOUT)
            .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
            .build();
    return new CassandraReads(
        CqlSession.builder()
            .addContactPoint(cql)
            .withLocalDatacenter(DATACENTER)
            .withConfigLoader(config)
            .build(),
        keyspace);
  }

  /** Reads of what belongs to users, since Cassandra's start. */
  public long count() {
    long count = 0;
    for (String table : TABLES) {
      for (Row row :
          session.execute("SELECT keyspace_name, table_name, count FROM system_views." + table)) {
        if (keyspace.equals(row.getString("keyspace_name"))
            && !OWN_TABLES.contains(row.getString("table_name"))) {
          count += row.getLong("count");
        }
      }
    }
    return count;
  }

  @Override
  public void close() {
    session.close();
  }
}
