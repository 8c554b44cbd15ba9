package io.breakwater.storage.cassandra;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/**
 * {@code breakwater.cassandra.*} of a process, {@code BREAKWATER_CASSANDRA_*} in the environment;
 * the meanings are those of {@link CassandraConfig} and {@link
 * io.breakwater.storage.StorageLayout}.
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

  /** Storage shards of a new keyspace: a power of two; more on more machines. */
  @WithDefault("16")
  int shards();

  /** Length of a mailbox bucket of a new keyspace, ISO 8601. */
  @WithDefault("PT168H")
  Duration mailboxBucket();

  /** Length of a history bucket of a new keyspace, ISO 8601. */
  @WithDefault("PT24H")
  Duration historyBucket();

  /** How long an entry waits for a device, ISO 8601. */
  @WithDefault("PT720H")
  Duration mailboxTtl();

  /** How long a retry is known, ISO 8601; at least a day. */
  @WithDefault("PT336H")
  Duration originTtl();
}
