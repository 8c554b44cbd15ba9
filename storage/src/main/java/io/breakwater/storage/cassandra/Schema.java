package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.ResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageLayout;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the keyspace up to this release, before anything else is done with it; blocks. Any number
 * of nodes may start at once: one changes the schema, under {@link SchemaLock}, the others wait. If
 * there is nothing to change, the schema is only read.
 *
 * <p>A keyspace that a newer release changed is used as it is: two releases run mixed.
 */
final class Schema {
  private static final Logger log = LoggerFactory.getLogger(Schema.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration AGREEMENT = Duration.ofSeconds(20);
  private static final Duration AGREEMENT_POLL = Duration.ofMillis(50);
  private static final String MIGRATIONS = "schema_migrations";
  private static final String SETTINGS = "settings";
  private static final String SHARDS = "storage shards";
  private static final String MAILBOX_BUCKET = "mailbox bucket, s";
  private static final String HISTORY_BUCKET = "history bucket, s";

  private final CqlSession session;
  private final CassandraConfig config;

  private Schema(CqlSession session, CassandraConfig config) {
    this.session = session;
    this.config = config;
  }

  /**
   * Creates or migrates the tables of the session's keyspace.
   *
   * @param wanted the layout of a new keyspace
   * @return the layout of this keyspace: where rows are was fixed when it was created
   * @throws StorageException if Cassandra does not agree with itself, or with this release
   * @throws DriverException if Cassandra cannot be asked
   */
  static StorageLayout migrate(CqlSession session, CassandraConfig config, StorageLayout wanted) {
    Schema schema = new Schema(session, config);
    StorageLayout layout = schema.migrate(wanted);
    schema.checkReplication();
    return layout;
  }

  private StorageLayout migrate(StorageLayout wanted) {
    if (hasTable(MIGRATIONS) && hasTable(SETTINGS) && pending().isEmpty()) {
      return stored(wanted).orElseGet(() -> change(wanted));
    }
    return change(wanted);
  }

  private boolean hasTable(String name) {
    return keyspace().flatMap(keyspace -> keyspace.getTable(name)).isPresent();
  }

  private Optional<KeyspaceMetadata> keyspace() {
    return session.getMetadata().getKeyspace(config.keyspace());
  }

  /** Creates the keyspace unless it exists, empty. */
  static void createKeyspace(CqlSession session, CassandraConfig config) {
    String cql =
        "CREATE KEYSPACE IF NOT EXISTS "
            + config.keyspace()
            + " WITH replication = {'class': 'NetworkTopologyStrategy', '"
            + config.datacenter().replace("'", "''")
            + "': "
            + config.replication()
            + '}';
    session.execute(explicit(SimpleStatement.newInstance(cql)));
    checkAgreement(session, cql);
  }

  private StorageLayout change(StorageLayout wanted) {
    try (SchemaLock lock = SchemaLock.take(session, config.keyspace())) {
      log.debug("schema of {}: changed by {}", config.keyspace(), lock);
      // An earlier holder may have died in a change that not every node has heard of yet.
      checkAgreement(session, "what an earlier start changed");
      inKeyspace(
          lock,
          "CREATE TABLE IF NOT EXISTS %s (version int PRIMARY KEY, name text, checksum text)"
              .formatted(MIGRATIONS));
      inKeyspace(
          lock,
          "CREATE TABLE IF NOT EXISTS %s (name text PRIMARY KEY, value bigint)"
              .formatted(SETTINGS));
      StorageLayout layout = settle(wanted);
      pending().forEach(migration -> apply(lock, migration, layout));
      return layout;
    }
  }

  private void apply(SchemaLock lock, Migration migration, StorageLayout layout) {
    log.info("schema of {}: applying {}", config.keyspace(), migration.name());
    migration.statements(values(layout)).forEach(cql -> inKeyspace(lock, cql));
    execute(
        SimpleStatement.newInstance(
            "INSERT INTO " + MIGRATIONS + " (version, name, checksum) VALUES (?, ?, ?)",
            migration.version(),
            migration.name(),
            migration.checksum()));
  }

  private Map<String, Long> values(StorageLayout layout) {
    return Map.of(
        "journal_ttl_s", layout.mailboxTtl().plusDays(1).toSeconds(),
        "mailbox_ttl_s", layout.mailboxTtl().toSeconds(),
        "origin_ttl_s", layout.originTtl().toSeconds(),
        "message_ttl_s", config.historyRetention().toSeconds(),
        "mailbox_bucket_min", Math.max(1, layout.mailboxBucket().toMinutes()),
        "history_bucket_min", Math.max(1, layout.historyBucket().toMinutes()));
  }

  /** What was not applied yet. */
  private List<Migration> pending() {
    Map<Integer, String> applied = new HashMap<>();
    SimpleStatement query =
        SimpleStatement.newInstance("SELECT version, checksum FROM " + MIGRATIONS);
    for (Row row : execute(query)) {
      applied.put(row.getInt("version"), String.valueOf(row.getString("checksum")));
    }
    List<Migration> all = Migration.all();
    for (Migration migration : all) {
      String checksum = applied.getOrDefault(migration.version(), migration.checksum());
      if (!checksum.equals(migration.checksum())) {
        throw new StorageException.Broken(
            "keyspace %s: applied migration %s with checksum %s (expected: %s, this release's)"
                .formatted(config.keyspace(), migration.name(), checksum, migration.checksum()),
            null);
      }
    }
    return all.stream().filter(migration -> !applied.containsKey(migration.version())).toList();
  }

  /** The stored layout, if all of it is stored; a TTL may be chosen anew at each start. */
  private Optional<StorageLayout> stored(StorageLayout wanted) {
    Map<String, Long> values = new HashMap<>();
    SimpleStatement query = SimpleStatement.newInstance("SELECT name, value FROM " + SETTINGS);
    for (Row row : execute(query)) {
      values.put(row.getString("name"), row.getLong("value"));
    }
    Long shards = values.get(SHARDS);
    Long mailboxBucket = values.get(MAILBOX_BUCKET);
    Long historyBucket = values.get(HISTORY_BUCKET);
    if (shards == null || mailboxBucket == null || historyBucket == null) {
      return Optional.empty();
    }
    warn(SHARDS, wanted.shards(), shards);
    warn(MAILBOX_BUCKET, wanted.mailboxBucket().toSeconds(), mailboxBucket);
    warn(HISTORY_BUCKET, wanted.historyBucket().toSeconds(), historyBucket);
    return Optional.of(
        new StorageLayout(
            Math.toIntExact(shards),
            Duration.ofSeconds(mailboxBucket),
            Duration.ofSeconds(historyBucket),
            wanted.mailboxTtl(),
            wanted.originTtl()));
  }

  private void warn(String name, long wanted, long stored) {
    if (wanted != stored) {
      log.warn(
          "keyspace {}: {}: configured {}, but the keyspace was created with {}, which is used",
          config.keyspace(),
          name,
          wanted,
          stored);
    }
  }

  /** Fixes the layout, unless it is. */
  private StorageLayout settle(StorageLayout wanted) {
    Map<String, Long> settings =
        Map.of(
            SHARDS, (long) wanted.shards(),
            MAILBOX_BUCKET, wanted.mailboxBucket().toSeconds(),
            HISTORY_BUCKET, wanted.historyBucket().toSeconds());
    settings.forEach(
        (name, value) ->
            execute(
                SimpleStatement.newInstance(
                    "INSERT INTO " + SETTINGS + " (name, value) VALUES (?, ?) IF NOT EXISTS",
                    name,
                    value)));
    return stored(wanted)
        .orElseThrow(() -> new StorageException.Broken("settings: not kept by Cassandra", null));
  }

  private void checkReplication() {
    String stored =
        keyspace().map(KeyspaceMetadata::getReplication).orElse(Map.of()).get(config.datacenter());
    if (stored == null) {
      log.error(
          "keyspace {} has no replicas in datacenter {}: nothing can be written; alter the keyspace",
          config.keyspace(),
          config.datacenter());
    } else if (!stored.equals(Integer.toString(config.replication()))) {
      log.warn(
          "keyspace {}: replication: configured {}, but the keyspace has {}, which is used",
          config.keyspace(),
          config.replication(),
          stored);
    }
  }

  private ResultSet execute(SimpleStatement statement) {
    return session.execute(explicit(statement).setKeyspace(config.keyspace()));
  }

  /**
   * Changes the schema. If the outcome is unknown, the lock is not given back: the change may be
   * done yet, or be known to one node only, and who takes the lock next would make the same table
   * with another identity through a node that does not know it.
   */
  private void inKeyspace(SchemaLock lock, String cql) {
    try {
      execute(SimpleStatement.newInstance(cql));
    } catch (QueryValidationException e) {
      throw e;
    } catch (DriverException e) {
      lock.letLapse();
      throw e;
    }
    checkAgreement(session, cql);
  }

  /** Statements of the start: each with its consistency, and more time than others. */
  static SimpleStatement explicit(SimpleStatement statement) {
    return statement
        .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
        .setSerialConsistencyLevel(ConsistencyLevel.LOCAL_SERIAL)
        .setTimeout(TIMEOUT);
  }

  /**
   * Waits until every node that is up knows the same schema: a change on top of disagreement could
   * be lost, and a statement may go to any node. Each is asked itself. The driver waits after its
   * own changes only, and for what one node has heard of the others: if that node has not heard of
   * the change either, all seem to agree.
   *
   * @throws StorageException.Unavailable if they do not agree within the time
   */
  static void checkAgreement(CqlSession session, String cql) {
    long deadline = System.nanoTime() + AGREEMENT.toNanos();
    while (versions(session).size() > 1) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        String change = cql.lines().findFirst().orElse("");
        throw new StorageException.Unavailable(
            "the nodes of Cassandra do not agree on the schema after: " + change, null);
      }
      LockSupport.parkNanos(AGREEMENT_POLL.toNanos());
    }
  }

  private static Set<UUID> versions(CqlSession session) {
    Set<UUID> versions = new HashSet<>();
    for (Node node : session.getMetadata().getNodes().values()) {
      if (node.getState() == NodeState.UP) {
        SimpleStatement query =
            explicit(SimpleStatement.newInstance("SELECT schema_version FROM system.local"))
                .setNode(node);
        try {
          Row row = session.execute(query).one();
          if (row != null) {
            versions.add(row.getUuid("schema_version"));
          }
        } catch (AllNodesFailedException e) {
          // It went down since: it learns the schema when it comes back.
        }
      }
    }
    return versions;
  }
}
