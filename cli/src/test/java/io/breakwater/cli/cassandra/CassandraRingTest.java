package io.breakwater.cli.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Three nodes on 127.0.0.1 to 127.0.0.3, which Linux has without being told. */
@Timeout(300)
@EnabledOnOs(OS.LINUX)
final class CassandraRingTest {
  /** The machine may be busy with other things. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void three_nodes_that_start_at_once_keep_what_is_written_while_one_is_gone_and_it_comes_back() {
    List<EmbeddedCassandra> ring = TestCassandra.ring(3);
    try (CqlSession session = session(ring.getFirst())) {
      assertThat(session.getMetadata().getNodes()).hasSize(3);
      session.execute(
          "CREATE KEYSPACE k WITH replication = {'class':'NetworkTopologyStrategy','datacenter1':3}");
      session.execute("CREATE TABLE k.t (id int PRIMARY KEY, value text)");
      ring.getLast().kill();
      session.execute(atQuorum("INSERT INTO k.t (id, value) VALUES (1, 'kept')"));
    }
    EmbeddedCassandra again = TestCassandra.again(ring.getLast());
    ring.getFirst().kill();
    try (again;
        CqlSession session = session(again)) {
      assertThat(session.execute(atQuorum("SELECT value FROM k.t WHERE id = 1")).all())
          .singleElement()
          .satisfies(row -> assertThat(row.getString(0)).isEqualTo("kept"));
    } finally {
      ring.forEach(EmbeddedCassandra::kill);
    }
  }

  private static SimpleStatement atQuorum(String cql) {
    return SimpleStatement.newInstance(cql)
        .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
        .setIdempotent(true);
  }

  private static CqlSession session(EmbeddedCassandra node) {
    return CqlSession.builder()
        .addContactPoint(node.contactPoint())
        .withLocalDatacenter("datacenter1")
        .withConfigLoader(
            DriverConfigLoader.programmaticBuilder()
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, PATIENCE)
                .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, PATIENCE)
                .build())
        .build();
  }
}
