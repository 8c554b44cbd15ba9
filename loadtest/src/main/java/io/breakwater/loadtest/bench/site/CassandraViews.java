package io.breakwater.loadtest.bench.site;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.Row;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What Cassandra says of itself in {@code system_views}: its reads of Breakwater's tables, its
 * settings. One node: that which is asked. Any thread; each call waits.
 */
public final class CassandraViews implements AutoCloseable {
  private static final String DATACENTER = "datacenter1";
  private static final String KEYSPACE = "breakwater";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** What a delivery node reads four times a second whether anybody connects or not. */
  private static final Set<String> OWN_TABLES = Set.of("incarnations", "beats", "cluster_view");

  private static final List<String> SETTINGS =
      List.of(
          "commitlog_sync",
          "commitlog_sync_group_window",
          "commitlog_sync_period",
          "commitlog_disk_access_mode",
          "compaction_throughput",
          "concurrent_compactors",
          "concurrent_reads",
          "concurrent_writes",
          "memtable_allocation_type",
          "memtable_heap_space",
          "memtable_offheap_space",
          "native_transport_max_threads");

  /** Reads of one partition, and of ranges. */
  private static final List<String> TABLES = List.of("local_read_latency", "local_scan_latency");

  private final CqlSession session;

  private CassandraViews(CqlSession session) {
    this.session = session;
  }

  /**
   * Connects.
   *
   * @throws TrialFailure if that cannot be done
   */
  public static CassandraViews connect(InetSocketAddress cql) {
    DriverConfigLoader config =
        DriverConfigLoader.programmaticBuilder()
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, TIMEOUT)
            .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, TIMEOUT)
            .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
            .build();
    try {
      return new CassandraViews(
          CqlSession.builder()
              .addContactPoint(cql)
              .withLocalDatacenter(DATACENTER)
              .withConfigLoader(config)
              .build());
    } catch (DriverException | IllegalStateException e) {
      throw new TrialFailure(
          "Cassandra at %s (expected: in datacenter %s): %s"
              .formatted(cql, DATACENTER, e.getMessage()),
          e);
    }
  }

  /** Compactions, and the like, that are under way. */
  public int compactions() {
    return ask("SELECT * FROM system_views.sstable_tasks").size();
  }

  /** Those settings that cost and durability depend on, as {@code name=value}. */
  public List<String> settings() {
    Set<String> wanted = new LinkedHashSet<>(SETTINGS);
    return ask("SELECT name, value FROM system_views.settings").stream()
        .filter(row -> wanted.contains(row.getString("name")))
        .map(row -> row.getString("name") + "=" + row.getString("value"))
        .sorted()
        .toList();
  }

  /** Reads of what belongs to users, since Cassandra's start. */
  public long count() {
    long count = 0;
    for (String table : TABLES) {
      for (Row row : ask("SELECT keyspace_name, table_name, count FROM system_views." + table)) {
        if (KEYSPACE.equals(row.getString("keyspace_name"))
            && !OWN_TABLES.contains(row.getString("table_name"))) {
          count += row.getLong("count");
        }
      }
    }
    return count;
  }

  private List<Row> ask(String query) {
    try {
      return session.execute(query).all();
    } catch (DriverException e) {
      throw new TrialFailure("Cassandra does not answer %s: %s".formatted(query, e), e);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
