package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class UpOptionsTest {
  @TempDir private Path directory = Path.of("");

  static UpOptions parsed(String... arguments) {
    UpOptions options = new UpOptions();
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return options;
  }

  @Test
  void one_of_each_is_at_the_first_address_with_the_names_it_always_had() {
    UpOptions options = parsed();
    assertThat(options.problem()).isEmpty();
    assertThat(options.cassandraMembers()).containsExactly(new Member("cassandra", 1));
    assertThat(options.deliveryMembers()).containsExactly(new Member("delivery", 1));
    assertThat(options.gatewayMembers()).containsExactly(new Member("gateway", 1));
    assertThat(HostPort.list(options.contactPoints())).isEqualTo("127.0.0.1:7442");
    assertThat(options.replication()).isEqualTo(1);
    assertThat(options.cassandraHeap()).isEqualTo(1024);
  }

  @Test
  void several_have_the_same_ports_at_addresses_of_their_own() {
    UpOptions options = parsed("--delivery=3", "--gateways=2", "--cassandra-nodes=3");
    assertThat(options.problem()).isEmpty();
    assertThat(HostPort.list(options.trunks()))
        .isEqualTo("127.0.0.1:7410,127.0.0.2:7410,127.0.0.3:7410");
    assertThat(HostPort.list(options.contactPoints()))
        .isEqualTo("127.0.0.1:7442,127.0.0.2:7442,127.0.0.3:7442");
    Member last = options.gatewayMembers().getLast();
    assertThat(last.name()).isEqualTo("gateway-2");
    assertThat(HostPort.text(options.clients(last))).isEqualTo("127.0.0.2:7400");
    assertThat(HostPort.text(options.gatewayAdmin(last))).isEqualTo("127.0.0.2:7401");
  }

  @Test
  void a_server_of_the_hosts_file_is_where_that_says() throws IOException {
    Path hosts =
        Files.writeString(
            directory.resolve("hosts"),
            """
            delivery-2 10.1.0.12 nsenter --net=/run/netns/d2
            gateway 10.1.0.21
            """);
    UpOptions options = parsed("--delivery=2", "--hosts=" + hosts);
    assertThat(options.problem()).isEmpty();
    assertThat(HostPort.list(options.trunks())).isEqualTo("127.0.0.1:7410,10.1.0.12:7410");
    Member gateway = options.gatewayMembers().getFirst();
    assertThat(HostPort.text(options.clients(gateway))).isEqualTo("10.1.0.21:7400");
    assertThat(HostPort.text(options.tlsClients(gateway))).isEqualTo("10.1.0.21:7402");
    assertThat(parsed("--delivery=2", "--hosts=" + hosts, "--address=10.0.0.7").problem())
        .hasValue(
            "--address: '10.0.0.7' (expected: none, since --hosts says where the gateway is)");
    assertThat(parsed("--delivery=3", "--gateways=2", "--hosts=" + hosts).problem())
        .hasValue(
            "--hosts: 'gateway' (expected: servers that are started, which are cassandra,"
                + " delivery-1, delivery-2, delivery-3, gateway-1, gateway-2)");
  }

  @Test
  void servers_of_a_kind_do_not_share_an_address() throws IOException {
    Path hosts = Files.writeString(directory.resolve("hosts"), "delivery-2 127.0.0.1 env\n");
    assertThat(parsed("--delivery=2", "--hosts=" + hosts).problem())
        .hasValue(
            "--hosts: 127.0.0.1 for both delivery-1 and delivery-2 (expected: one each, since they"
                + " share their ports)");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 3", "5, 3"})
  void there_are_as_many_replicas_as_nodes_up_to_three(String nodes, int replicas) {
    assertThat(parsed("--cassandra-nodes=" + nodes).replication()).isEqualTo(replicas);
  }

  @Test
  void what_is_given_wins_over_what_follows_from_the_number_of_nodes() {
    UpOptions options = parsed("--cassandra-nodes=3", "--replication=1", "--cassandra-heap=700");
    assertThat(options.problem()).isEmpty();
    assertThat(options.replication()).isEqualTo(1);
    assertThat(options.cassandraHeap()).isEqualTo(700);
    assertThat(parsed("--cassandra-nodes=3").cassandraHeap()).isEqualTo(512);
  }

  @Test
  void an_address_of_the_machine_is_for_one_gateway() {
    UpOptions options = parsed("--address=10.0.0.7");
    assertThat(HostPort.text(options.clients(options.gatewayMembers().getFirst())))
        .isEqualTo("10.0.0.7:7400");
    assertThat(parsed("--address=10.0.0.7", "--gateways=2").problem())
        .hasValue("--address: '10.0.0.7' (expected: 127.0.0.1, the first of --gateways 2)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --delivery=0                | --delivery: 0 (expected: 1..9)
          --delivery=10               | --delivery: 10 (expected: 1..9)
          --gateways=10               | --gateways: 10 (expected: 1..9)
          --cassandra-nodes=6         | --cassandra-nodes: 6 (expected: 1..5)
          --delivery-port=65534       | --delivery-port: 65534 (expected: 1..65533)
          --replication=0             | --replication: 0 (expected: at least 1 replicas)
          --replication=3             | --replication: 3 (expected: at most 1, the number of --cassandra-nodes)
          --cassandra-heap=100        | --cassandra-heap: 100 (expected: at least 256 MiB)
          """)
  void nonsense_is_named_with_what_was_expected(String argument, String problem) {
    assertThat(parsed(argument).problem()).hasValue(problem);
  }

  @Test
  void nodes_are_not_started_beside_an_existing_cluster() {
    assertThat(parsed("--cassandra=db:9042", "--cassandra-nodes=3").problem())
        .hasValue("--cassandra-nodes: 3 (expected: none with --cassandra, which starts none)");
    UpOptions existing = parsed("--cassandra=db1:9042,db2:9042", "--replication=3");
    assertThat(existing.problem()).isEmpty();
    assertThat(existing.cassandraMembers()).isEmpty();
    assertThat(HostPort.list(existing.contactPoints())).isEqualTo("db1:9042,db2:9042");
  }
}
