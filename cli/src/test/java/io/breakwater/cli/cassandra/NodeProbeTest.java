package io.breakwater.cli.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cli.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class NodeProbeTest {
  /** The machine may be busy with other things. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void a_node_knows_its_own_from_another_on_its_port() {
    CassandraOptions running = TestCassandra.shared().options();
    assertThat(NodeProbe.ask(running, PATIENCE)).isEqualTo(new NodeProbe.Answer.Own());

    CassandraOptions other =
        CassandraOptions.of(
            Path.of(""), Path.of("elsewhere"), running.cql().getPort(), running.storagePort());
    assertThat(NodeProbe.ask(other, PATIENCE))
        .isEqualTo(new NodeProbe.Answer.Stranger("its commit log is in " + running.commitLog()));
  }

  @Test
  void a_port_without_a_listener_is_silent() {
    CassandraOptions running = TestCassandra.shared().options();
    CassandraOptions nobody =
        CassandraOptions.of(
            Path.of(""), running.directory(), Ports.free(running.cql().getAddress()), 1);
    assertThat(NodeProbe.ask(nobody, PATIENCE)).isEqualTo(new NodeProbe.Answer.Silent());
  }
}
