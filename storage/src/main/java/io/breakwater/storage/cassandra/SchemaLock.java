package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import io.breakwater.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one node at a time change the schema: two that create the same table through two nodes of
 * Cassandra would give it two identities. Only this lock's own table is created without a lock, so
 * it has an identity that follows from its name. A holder that dies loses the lock after its TTL,
 * as does one that does not know what became of a change.
 */
final class SchemaLock implements AutoCloseable {
  static final String TABLE = "schema_lock";

  private static final Logger log = LoggerFactory.getLogger(SchemaLock.class);
  private static final Duration TTL = Duration.ofMinutes(2);
  private static final Duration LIMIT = TTL.plusMinutes(1);
  private static final Duration POLL = Duration.ofMillis(250);

  private final CqlSession session;
  private final String keyspace;
  private final String owner = UUID.randomUUID().toString();
  private boolean lapses;

  private SchemaLock(CqlSession session, String keyspace) {
    this.session = session;
    this.keyspace = keyspace;
  }

  /**
   * Takes the lock; blocks until it is free.
   *
   * @throws StorageException.Unavailable after three minutes
   */
  static SchemaLock take(CqlSession session, String keyspace) {
    SchemaLock lock = new SchemaLock(session, keyspace);
    lock.createTable();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!lock.tryTake()) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        throw new StorageException.Unavailable(
            "schema lock of keyspace " + keyspace + ": not free within " + LIMIT, null);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return lock;
  }

  private void createTable() {
    UUID id = UUID.nameUUIDFromBytes((keyspace + '.' + TABLE).getBytes(StandardCharsets.US_ASCII));
    String cql =
        "CREATE TABLE IF NOT EXISTS %s.%s (name text PRIMARY KEY, owner text) WITH ID = %s"
            .formatted(keyspace, TABLE, id);
    session.execute(Schema.explicit(SimpleStatement.newInstance(cql)));
    Schema.checkAgreement(session, cql);
  }

  private boolean tryTake() {
    SimpleStatement insert =
        SimpleStatement.newInstance(
            "INSERT INTO %s.%s (name, owner) VALUES ('schema', ?) IF NOT EXISTS USING TTL %d"
                .formatted(keyspace, TABLE, TTL.toSeconds()),
            owner);
    try {
      Row row = session.execute(Schema.explicit(insert)).one();
      return row != null && (row.getBoolean("[applied]") || owner.equals(row.getString("owner")));
    } catch (QueryValidationException e) {
      throw e;
    } catch (DriverException e) {
      // Perhaps taken: the next attempt finds this owner's name.
      log.debug("schema lock: {}", e.getMessage());
      return false;
    }
  }

  /** It is not given back: nobody takes it before its TTL is over. */
  void letLapse() {
    lapses = true;
  }

  @Override
  public void close() {
    if (lapses) {
      log.warn(
          "schema lock of keyspace {}: kept until it lapses, in {}: the outcome of a change is unknown",
          keyspace,
          TTL);
      return;
    }
    SimpleStatement delete =
        SimpleStatement.newInstance(
            "DELETE FROM %s.%s WHERE name = 'schema' IF owner = ?".formatted(keyspace, TABLE),
            owner);
    try {
      session.execute(Schema.explicit(delete));
    } catch (DriverException e) {
      log.warn(
          "schema lock of keyspace {}: not released ({}); it lapses in {}",
          keyspace,
          e.getMessage(),
          TTL);
    }
  }

  @Override
  public String toString() {
    return owner;
  }
}
