package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.common.config.Settings;
import io.breakwater.gateway.accept.AcceptLimits;
import io.breakwater.gateway.connection.EdgeLimits;
import io.breakwater.gateway.home.NodeAddress;
import io.breakwater.gateway.rate.Limit;
import io.breakwater.gateway.rate.Rate;
import io.breakwater.gateway.socket.SocketLimits;
import io.breakwater.gateway.trunk.TrunkLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a gateway is told at start. */
final class GatewayConfigTest {
  private static final int MIB = 1 << 20;

  @Test
  void has_the_limits_of_the_design_by_default() {
    GatewayConfig config =
        GatewayConfig.from(Map.of("breakwater.cluster.secret-file", "/run/secret"));

    assertThat(config.listen()).contains(new NodeAddress("127.0.0.1", 7400));
    assertThat(config.delivery()).containsExactly(new NodeAddress("127.0.0.1", 7410));
    assertThat(config.edge()).isEqualTo(EdgeLimits.DEFAULT);
    assertThat(config.accept()).isEqualTo(new AcceptLimits(8_192, 4_096, 60_000));
    assertThat(config.sockets())
        .isEqualTo(
            new SocketLimits(
                1 << 20,
                (128 << 20) / config.eventLoops(),
                config.sockets().inboundTotalBytes(),
                2_000,
                1_000,
                5_000,
                1));
    assertThat(config.trunks()).isEqualTo(TrunkLimits.DEFAULT);
    assertThat(config.drain()).isEqualTo(new GatewayConfig.Drain(25_000, 2_000));
  }

  @Test
  void reads_several_delivery_nodes() {
    GatewayConfig config =
        GatewayConfig.from(
            Map.of(
                "breakwater.cluster.secret-file", "/run/secret",
                "breakwater.gateway.delivery", "a:1,b:2"));

    assertThat(config.delivery()).containsExactly(new NodeAddress("a", 1), new NodeAddress("b", 2));
  }

  @Test
  void needs_the_certificate_and_its_key_together_and_one_port() {
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.cluster.secret-file", "/run/secret",
                        "breakwater.gateway.tls.key", "/run/key")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("breakwater.gateway.tls.certificate: not set");
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.cluster.secret-file", "/run/secret",
                        "breakwater.gateway.plain", "false")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("breakwater.gateway.plain: false (expected: true, or a");
  }

  @Test
  void needs_all_files_of_the_trunks_tls_or_none() {
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.cluster.secret-file", "/run/secret",
                        "breakwater.gateway.trunk-tls.certificate", "/run/trunk.crt",
                        "breakwater.gateway.trunk-tls.key", "/run/trunk.key")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("breakwater.gateway.trunk-tls: incomplete (expected: trunk-tls.cert");
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.cluster.secret-file", "/run/secret",
                        "breakwater.gateway.trunk-tls.check-host", "true")))
        .hasMessageContaining("breakwater.gateway.trunk-tls.check-host: true (expected: a trunk-");
  }

  @Test
  void needs_to_know_whose_proxy_headers_count() {
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.cluster.secret-file", "/run/secret",
                        "breakwater.gateway.proxy-protocol", "required")))
        .hasMessageContaining("breakwater.gateway.proxy-sources: not set");
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.cluster.secret-file", "/run/secret",
                        "breakwater.gateway.proxy-protocol", "required",
                        "breakwater.gateway.proxy-sources", "10.0.0.0/8,balancer")))
        .hasMessageContaining(
            "breakwater.gateway.proxy-sources: network: balancer (expected: address/bits");
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.cluster.secret-file", "/run/secret",
                        "breakwater.gateway.proxy-protocol", "optional")))
        .hasMessageContaining("proxy-protocol: optional (expected: off or required)");
  }

  @Test
  void reads_rates() {
    GatewayConfig config =
        GatewayConfig.from(
            Map.of(
                "breakwater.cluster.secret-file", "/run/secret",
                "breakwater.gateway.rate.device.sends", "5/m:7",
                "breakwater.gateway.rate.account.sends", "off",
                "breakwater.gateway.rate.rows", "2048"));
    assertThat(config.rates().limits().rows()).isEqualTo(2_048);
    assertThat(config.rates().limits().rates())
        .hasSize(Limit.values().length)
        .containsEntry(Limit.DEVICE_SENDS, Rate.parse("5/m:7"))
        .containsEntry(Limit.ACCOUNT_SENDS, Rate.OFF)
        .containsEntry(Limit.ADDRESS_SIGN_UPS, Rate.parse("10/s:600"));
  }

  @Test
  void refuses_rates_that_it_cannot_keep() {
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.cluster.secret-file", "/run/secret",
                        "breakwater.gateway.rate.device.payload-bytes", "1000/s:65535",
                        "breakwater.gateway.rate.exempt", "here",
                        "breakwater.gateway.rate.device.sends", "many",
                        "breakwater.gateway.rate.rows", "1000")))
        .hasMessageContaining(
            "breakwater.gateway.rate.device.sends: rate: many (expected: off, or as 10/s:600")
        .hasMessageContaining("rate.device.payload-bytes: 65535 at once (expected: at least 65536)")
        .hasMessageContaining("rate.exempt: network: here (expected: address/bits")
        .hasMessageContaining("rate.rows: 1000 (expected: 1024..16777216)");
  }

  @Test
  void gives_clients_that_do_not_read_no_more_memory_than_there_is() {
    Map<String, String> values =
        Map.of(
            "breakwater.cluster.secret-file", "/run/secret", "breakwater.gateway.event-loops", "2");
    assertThat(GatewayConfig.from(values, 4_096L * MIB).sockets().outboundLoopBytes())
        .isEqualTo(64 * MIB);
    assertThat(GatewayConfig.from(values, 128 * MIB).sockets().outboundLoopBytes())
        .isEqualTo(16 * MIB);
  }

  @Test
  void refuses_to_give_them_half_of_the_memory() {
    Map<String, String> values =
        Map.of(
            "breakwater.cluster.secret-file", "/run/secret",
            "breakwater.gateway.event-loops", "1",
            "breakwater.gateway.outbound-total-bytes", Integer.toString(64 * MIB));
    assertThatThrownBy(() -> GatewayConfig.from(values, 128 * MIB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "breakwater.gateway.outbound-total-bytes: 67108864 (expected: below 67108864, a half");
    assertThat(GatewayConfig.from(values, 128 * MIB + 2).sockets().outboundLoopBytes())
        .isEqualTo(64 * MIB);
  }

  @Test
  void gives_unfinished_frames_no_more_memory_than_there_is() {
    Map<String, String> values = Map.of("breakwater.cluster.secret-file", "/run/secret");
    assertThat(GatewayConfig.from(values, 4_096L * MIB).sockets().inboundTotalBytes())
        .isEqualTo(128 * MIB);
    assertThat(GatewayConfig.from(values, 128 * MIB).sockets().inboundTotalBytes())
        .isEqualTo(16 * MIB);
  }

  @Test
  void refuses_to_give_them_a_quarter_of_the_memory() {
    Map<String, String> values =
        Map.of(
            "breakwater.cluster.secret-file",
            "/run/secret",
            "breakwater.gateway.inbound-total-bytes",
            Integer.toString(32 * MIB));
    assertThatThrownBy(() -> GatewayConfig.from(values, 128 * MIB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "breakwater.gateway.inbound-total-bytes: 33554432 (expected: below 33554432, a quarter");
    assertThat(GatewayConfig.from(values, 128 * MIB + 4).sockets().inboundTotalBytes())
        .isEqualTo(32 * MIB);
  }

  @Test
  void reports_all_malformed_values_together() {
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.gateway.listen", "nowhere",
                        "breakwater.gateway.attach-ms", "soon")))
        .isInstanceOf(Settings.InvalidSettings.class)
        .hasMessageContaining("nowhere")
        .hasMessageContaining("attach-ms")
        .hasMessageContaining("secret-file");
  }

  @Test
  void a_malformed_value_is_named_without_what_the_library_says_of_itself() {
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.gateway.secret-file", "/run/secret",
                        "breakwater.gateway.attach-ms", "soon")))
        .isInstanceOf(Settings.InvalidSettings.class)
        .hasMessageContaining("breakwater.gateway.attach-ms")
        .hasMessageContaining("\"soon\"")
        .hasMessageNotContaining("SRCFG")
        .hasMessageNotContaining("java.lang");
  }

  @Test
  void reports_all_values_out_of_range_together() {
    assertThatThrownBy(
            () ->
                GatewayConfig.from(
                    Map.of(
                        "breakwater.cluster.secret-file", "/run/secret",
                        "breakwater.gateway.delivery", "a:1,a:1",
                        "breakwater.gateway.event-loops", "0",
                        "breakwater.gateway.return-after-max-ms", "10")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("breakwater.gateway.event-loops: 0 (expected: 1..1024)")
        .hasMessageContaining("breakwater.gateway.return-after-max-ms: 10 (expected: 500..3600000)")
        .hasMessageContaining("breakwater.gateway.delivery: [a:1, a:1] (expected: each node once)");
  }
}
