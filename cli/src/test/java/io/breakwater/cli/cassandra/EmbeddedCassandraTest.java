package io.breakwater.cli.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import io.breakwater.cli.process.StartFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class EmbeddedCassandraTest {
  /** The machine may be busy with other things. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void what_was_written_survives_a_kill_and_a_new_start() {
    EmbeddedCassandra first = TestCassandra.own();
    try (CqlSession session = session(first)) {
      session.execute(
          "CREATE KEYSPACE k WITH replication = {'class':'NetworkTopologyStrategy','datacenter1':1}");
      session.execute("CREATE TABLE k.t (id int PRIMARY KEY, value text)");
      session.execute("INSERT INTO k.t (id, value) VALUES (1, 'kept')");
    }
    long firstPid = first.pid();
    first.kill();
    assertThat(first.isAlive()).isFalse();

    try (EmbeddedCassandra second = TestCassandra.again(first);
        CqlSession session = session(second)) {
      assertThat(second.pid()).isNotEqualTo(firstPid);
      assertThat(session.execute("SELECT value FROM k.t WHERE id = 1").all())
          .singleElement()
          .satisfies(row -> assertThat(row.getString(0)).isEqualTo("kept"));
    }
  }

  @Test
  void a_taken_port_is_named_before_anything_starts() {
    EmbeddedCassandra node = TestCassandra.shared();
    assertThatThrownBy(() -> EmbeddedCassandra.start(node.options()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("port " + node.contactPoint().getPort() + " on 127.0.0.1")
        .hasMessageContaining("--cassandra-port");
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
