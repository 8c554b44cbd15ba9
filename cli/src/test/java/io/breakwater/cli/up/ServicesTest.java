package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.cli.cassandra.CassandraOptions;
import io.breakwater.cli.process.StartFailure;
import io.breakwater.cli.status.RunFile;
import io.breakwater.cli.supervise.Service;
import io.breakwater.cli.supervise.Tier;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
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
  void what_goes_to_a_server_elsewhere_goes_to_its_address() throws IOException {
    UpOptions elsewhere = cluster(directory);
    CassandraOptions second =
        new CassandraTier(elsewhere, data, directory).node(elsewhere.cassandraMembers().get(1));
    assertThat(HostPort.text(second.cql())).isEqualTo("10.1.0.32:7442");
    assertThat(second.ring())
        .extracting(InetAddress::getHostAddress)
        .containsExactly("127.0.0.1", "10.1.0.32");
    assertThat(
            new DeliveryTier(elsewhere, data, Optional.empty(), directory)
                .environment(elsewhere.deliveryMembers().getFirst()))
        .containsEntry("BREAKWATER_DELIVERY_LISTEN", "10.1.0.11:7410")
        .containsEntry("BREAKWATER_DELIVERY_ADMIN", "10.1.0.11:7411")
        .containsEntry("BREAKWATER_CASSANDRA_CONTACT_POINTS", "127.0.0.1:7442,10.1.0.32:7442");
    assertThat(
            new GatewayTier(elsewhere, data, Optional.empty(), directory)
                .environment(elsewhere.gatewayMembers().getFirst()))
        .containsEntry("BREAKWATER_GATEWAY_DELIVERY", "10.1.0.11:7410");
    assertThat(new Services(elsewhere, data, Optional.empty(), directory).description().processes())
        .extracting(RunFile.Entry::admin)
        .containsExactly("127.0.0.1:7442", "10.1.0.32:7442", "10.1.0.11:7411", "127.0.0.1:7401");
  }

  @Test
  void ports_of_a_server_in_another_network_are_not_looked_at() throws IOException {
    assertThat(new Services(cluster(directory), data, Optional.empty(), directory).listeners())
        .extracting(listener -> listener.address().getHostString())
        .doesNotContain("10.1.0.11")
        .contains("10.1.0.32", "127.0.0.1");
  }

  private static UpOptions cluster(Path directory) throws IOException {
    Path hosts =
        Files.writeString(
            directory.resolve("hosts"),
            """
            delivery 10.1.0.11 nsenter --net=/run/netns/d1
            cassandra-2 10.1.0.32
            """);
    return UpOptionsTest.parsed("--cassandra-nodes=2", "--hosts=" + hosts);
  }

  @Test
  void the_words_of_its_host_come_before_the_command_of_a_server() throws IOException {
    StandIns.build(directory);
    Member member =
        new Member(
            "gateway", InetAddress.ofLiteral("10.1.0.21"), List.of("env", "WHERE=elsewhere"));
    assertThat(
            new ServerCommand("gateway", "Main", 128, data, directory)
                .launch(member, Map.of())
                .command())
        .startsWith("env", "WHERE=elsewhere")
        .element(2)
        .asString()
        .endsWith("/bin/java");
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
