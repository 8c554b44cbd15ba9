package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.cli.cassandra.CassandraOptions;
import io.breakwater.cli.process.StartFailure;
import io.breakwater.cli.supervise.Service;
import io.breakwater.cli.supervise.Tier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the processes of a cluster are told; nothing is started. */
final class ServicesTest {
  private static final UpOptions CLUSTER =
      UpOptionsTest.parsed("--delivery=3", "--gateways=2", "--cassandra-nodes=3", "--tls");

  @TempDir private Path directory = Path.of("");
  private DataDirectory data;

  @BeforeEach
  void open() {
    data = DataDirectory.open(directory);
  }

  @AfterEach
  void close() {
    data.close();
  }

  @Test
  void cassandra_starts_first_then_the_delivery_nodes_then_the_gateways() {
    List<Tier> tiers = new Services(CLUSTER, data, Optional.empty(), directory).tiers();
    assertThat(tiers)
        .extracting(tier -> tier.services().stream().map(Service::name).toList())
        .containsExactly(
            List.of("cassandra-1", "cassandra-2", "cassandra-3"),
            List.of("delivery-1", "delivery-2", "delivery-3"),
            List.of("gateway-1", "gateway-2"));
    assertThat(tiers)
        .extracting(Tier::stop)
        .containsExactly(Tier.Stop.TOGETHER, Tier.Stop.ONE_BY_ONE, Tier.Stop.TOGETHER);
  }

  @Test
  void a_cassandra_node_has_address_data_and_log_of_its_own() {
    CassandraTier tier = new CassandraTier(CLUSTER, data, directory);
    CassandraOptions second = tier.node(CLUSTER.cassandraMembers().get(1));
    assertThat(HostPort.text(second.cql())).isEqualTo("127.0.0.2:7442");
    assertThat(second.storagePort()).isEqualTo(7443);
    assertThat(second.directory()).isEqualTo(directory.resolve("cassandra-2"));
    assertThat(second.log()).isEqualTo(directory.resolve("logs/cassandra-2.log"));
    assertThat(second.ring()).hasSize(3);
    assertThat(second.heapMebibytes()).isEqualTo(512);
  }

  @Test
  void a_delivery_node_is_told_its_own_addresses_and_all_of_cassandra() {
    Map<String, String> environment =
        new DeliveryTier(CLUSTER, data, Optional.empty(), directory)
            .environment(CLUSTER.deliveryMembers().get(2));
    assertThat(environment)
        .containsEntry("BREAKWATER_DELIVERY_LISTEN", "127.0.0.3:7410")
        .containsEntry("BREAKWATER_DELIVERY_ADMIN", "127.0.0.3:7411")
        .containsEntry(
            "BREAKWATER_CASSANDRA_CONTACT_POINTS", "127.0.0.1:7442,127.0.0.2:7442,127.0.0.3:7442")
        .containsEntry("BREAKWATER_CASSANDRA_REPLICATION", "3");
  }

  @Test
  void a_gateway_is_told_its_own_addresses_and_all_delivery_nodes() {
    Map<String, String> environment =
        new GatewayTier(CLUSTER, data, Optional.empty(), directory)
            .environment(CLUSTER.gatewayMembers().get(1));
    assertThat(environment)
        .containsEntry("BREAKWATER_GATEWAY_LISTEN", "127.0.0.2:7400")
        .containsEntry("BREAKWATER_GATEWAY_LISTEN_TLS", "127.0.0.2:7402")
        .containsEntry("BREAKWATER_GATEWAY_ADMIN", "127.0.0.2:7401")
        .containsEntry(
            "BREAKWATER_GATEWAY_DELIVERY", "127.0.0.1:7410,127.0.0.2:7410,127.0.0.3:7410");
  }

  @Test
  void each_server_gets_the_certificate_of_its_own_name() {
    TrunkCertificates certificates =
        TrunkCertificates.ensure(data, CLUSTER.gatewayMembers(), CLUSTER.deliveryMembers());
    Path made = data.trunkCertificates();
    assertThat(certificates.delivery(CLUSTER.deliveryMembers().get(1)))
        .containsEntry(
            "BREAKWATER_DELIVERY_TRUNK_TLS_CERTIFICATE", made.resolve("delivery-2.crt").toString())
        .containsEntry(
            "BREAKWATER_DELIVERY_TRUNK_TLS_KEY", made.resolve("delivery-2.key").toString())
        .containsEntry("BREAKWATER_DELIVERY_TRUNK_TLS_CA", made.resolve("ca.crt").toString());
  }

  @Test
  void every_port_is_looked_at_that_of_watching_too() {
    List<Listener> listeners = new Services(CLUSTER, data, Optional.empty(), directory).listeners();
    assertThat(listeners)
        .extracting(listener -> HostPort.text(listener.address()))
        .hasSize(3 * 2 + 3 * 3 + 2 * 3)
        .doesNotHaveDuplicates()
        .contains("127.0.0.3:7412", "127.0.0.3:7443", "127.0.0.2:7402");
  }

  @Test
  void a_port_that_is_that_of_watching_is_refused() {
    UpOptions clash = UpOptionsTest.parsed("--delivery-port=7440");
    List<Listener> listeners = new Services(clash, data, Optional.empty(), directory).listeners();
    assertThatThrownBy(() -> Listener.requireFree(listeners))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("port 7442 is given to both")
        .hasMessageContaining("--delivery-port")
        .hasMessageContaining("--cassandra-port");
  }
}
