package io.breakwater.storage.cassandra;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/**
 * {@code breakwater.cassandra.*} of a process, {@code BREAKWATER_CASSANDRA_*} in the environment;
 * the meanings are those of {@link CassandraConfig}.
 */
@ConfigMapping(prefix = "breakwater.cassandra")
public interface CassandraSettings {
  /** {@code host:port,host:port}. */
  List<String> contactPoints();

  /** The datacenter. */
  @WithDefault("datacenter1")
  String datacenter();

  /** Copies of each row. */
  @WithDefault("1")
  int replication();

  /** The keyspace. */
  @WithDefault("breakwater")
  String keyspace();

  /** ISO 8601. */
  @WithDefault("PT2S")
  Duration requestTimeout();

  /** ISO 8601. */
  @WithDefault("PT720H")
  Duration historyRetention();
}
