package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.cql.Statement;

/**
 * Prepares statements, each with its consistency said explicitly. Used at the start, where waiting
 * is allowed.
 */
final class Statements {
  /** Rows that an answer carries at once; with entries of 64 KiB that is 2 MiB. */
  static final int PAGE_ROWS = 32;

  /** The same where rows are some hundred bytes: of the registry, which is read as a whole. */
  static final int PAGE_SMALL_ROWS = 5_000;

  private final CqlSession session;

  Statements(CqlSession session) {
    this.session = session;
  }

  /** A write whose key and timestamp are bound or fixed: doing it twice is doing it once. */
  PreparedStatement write(String cql) {
    return prepare(cql, ConsistencyLevel.LOCAL_QUORUM, true, PAGE_ROWS);
  }

  /** A conditional write. */
  PreparedStatement conditional(String cql) {
    return prepare(cql, ConsistencyLevel.LOCAL_QUORUM, false, PAGE_ROWS);
  }

  /** A read that meets every write that was acknowledged. */
  PreparedStatement read(String cql) {
    return prepare(cql, ConsistencyLevel.LOCAL_QUORUM, true, PAGE_ROWS);
  }

  /** The same for rows of some hundred bytes. */
  PreparedStatement readSmall(String cql) {
    return prepare(cql, ConsistencyLevel.LOCAL_QUORUM, true, PAGE_SMALL_ROWS);
  }

  /** A read that also settles every conditional write before it. */
  PreparedStatement serialRead(String cql) {
    return prepare(cql, ConsistencyLevel.LOCAL_SERIAL, true, PAGE_ROWS);
  }

  private PreparedStatement prepare(
      String cql, ConsistencyLevel consistency, boolean idempotent, int pageRows) {
    PreparedStatement prepared =
        session.prepare(
            SimpleStatement.builder(cql)
                .setConsistencyLevel(consistency)
                .setSerialConsistencyLevel(ConsistencyLevel.LOCAL_SERIAL)
                .setIdempotence(idempotent)
                .setPageSize(pageRows)
                .build());
    checked(prepared.bind());
    return prepared;
  }

  /** A batch of writes of one partition: one mutation, applied whole. */
  static BatchStatementBuilder batch() {
    return BatchStatement.builder(BatchType.UNLOGGED)
        .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
        .setSerialConsistencyLevel(ConsistencyLevel.LOCAL_SERIAL)
        .setIdempotence(true);
  }

  /** The statement, whose consistency is left to no default. */
  static Statement<?> checked(Statement<?> statement) {
    ConsistencyLevel consistency = statement.getConsistencyLevel();
    boolean explicit =
        ConsistencyLevel.LOCAL_QUORUM.equals(consistency)
            || ConsistencyLevel.LOCAL_SERIAL.equals(consistency);
    if (!explicit || !ConsistencyLevel.LOCAL_SERIAL.equals(statement.getSerialConsistencyLevel())) {
      throw new IllegalArgumentException(
          "consistency: "
              + consistency
              + ", serial "
              + statement.getSerialConsistencyLevel()
              + " (expected: LOCAL_QUORUM or LOCAL_SERIAL, serial LOCAL_SERIAL)");
    }
    return statement;
  }
}
