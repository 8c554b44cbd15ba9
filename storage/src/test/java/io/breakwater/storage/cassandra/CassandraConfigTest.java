package io.breakwater.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.common.config.Settings;
import io.breakwater.storage.StorageLayout;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CassandraConfigTest {
  private static CassandraConfig config(Map<String, String> values) {
    return CassandraConfig.of(Settings.from(values, CassandraSettings.class));
  }

  @Test
  void settings_have_the_names_that_operators_know() {
    CassandraConfig config =
        config(
            Map.of(
                "breakwater.cassandra.contact-points", "127.0.0.1:7442,cassandra-2:9042",
                "breakwater.cassandra.datacenter", "west",
                "breakwater.cassandra.replication", "3",
                "breakwater.cassandra.keyspace", "chat"));
    assertThat(config)
        .isEqualTo(
            new CassandraConfig(
                List.of(
                    InetSocketAddress.createUnresolved("127.0.0.1", 7442),
                    InetSocketAddress.createUnresolved("cassandra-2", 9042)),
                "west",
                3,
                "chat",
                Duration.ofSeconds(2),
                Duration.ofDays(30)));
  }

  @Test
  void without_further_settings_the_layout_is_that_of_one_machine() {
    CassandraSettings settings =
        Settings.from(
            Map.of("breakwater.cassandra.contact-points", "a:1"), CassandraSettings.class);
    assertThat(CassandraConfig.layout(settings)).isEqualTo(StorageLayout.forOneMachine());
  }

  @Test
  void a_malformed_value_is_named() {
    for (String point :
        List.of("cassandra", "cassandra:", ":9042", "cassandra:x", "cassandra:99999")) {
      assertThatThrownBy(() -> config(Map.of("breakwater.cassandra.contact-points", point)))
          .hasMessageContaining("Cassandra contact point: " + point)
          .hasMessageContaining("expected: host:port");
    }
    assertThatThrownBy(
            () ->
                config(
                    Map.of(
                        "breakwater.cassandra.contact-points", "a:1",
                        "breakwater.cassandra.keyspace", "No; DROP")))
        .hasMessageContaining("keyspace: No; DROP");
  }

  @Test
  void contact_points_are_required() {
    assertThatThrownBy(() -> config(Map.of())).hasMessageContaining("contact-points");
  }
}
