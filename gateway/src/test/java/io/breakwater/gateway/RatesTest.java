package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.LookUp;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rates on real sockets. */
final class RatesTest {
  private static final String NOBODY_EXEMPT = "none";

  @TempDir Path directory;
  private final List<GatewayFixture> started = new ArrayList<>();

  private GatewayFixture start(Map<String, String> rates) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("breakwater.gateway.rate.exempt", NOBODY_EXEMPT);
    rates.forEach((key, value) -> settings.put("breakwater.gateway." + key, value));
    GatewayFixture fixture = new GatewayFixture(directory, settings);
    started.add(fixture);
    await().until(() -> fixture.delivery.streams().size() == 2);
    return fixture;
  }

  @AfterEach
  void stop() throws Exception {
    for (GatewayFixture fixture : started) {
      fixture.close();
    }
  }

  private static void assertCut(TestClient client) {
    try {
      assertThat(client.isEnded()).isTrue();
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closes_connections_beyond_the_rate_of_their_address_before_anything_else() throws Exception {
    TestCertificate certificate = TestCertificate.installed(directory, 1);
    Map<String, String> rates = new HashMap<>();
    rates.put("rate.address.connections", "1/s:2");
    certificate
        .settings()
        .forEach((key, value) -> rates.put(key.substring("breakwater.gateway.".length()), value));
    GatewayFixture fixture = start(rates);
    try (TestClient first = fixture.connected(fixture.user(1));
        TestClient second = fixture.connected(fixture.user(2));
        TestClient third = fixture.connect();
        TestClient secure =
            new TestClient(
                new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.tlsPort()))) {
      assertCut(third);
      assertCut(secure);
      assertThat(fixture.counted("rates.exceeded", "limit", "address_connections")).isEqualTo(2);
      assertThat(fixture.counted("tls.handshakes", "result", "failed")).isZero();
      await().until(() -> fixture.meter("connections") == 2);
      first.write(TestClient.ping());
      second.write(TestClient.ping());
      fixture.delivery.next(GatewayFrame.BodyCase.PING);
      fixture.delivery.next(GatewayFrame.BodyCase.PING);
    }
    fixture.nowMs.addAndGet(1_000);
    try (TestClient later = fixture.connected(fixture.user(3))) {
      later.write(TestClient.ping());
      fixture.delivery.next(GatewayFrame.BodyCase.PING);
    }
  }

  @Test
  void tells_a_hello_beyond_the_rate_of_its_address_when_to_come_back() throws Exception {
    GatewayFixture fixture = start(Map.of("rate.address.hellos", "1/s:1"));
    try (TestClient welcome = fixture.connected(fixture.user(1));
        TestClient refused = fixture.connect()) {
      refused.write(TestClient.hello(fixture.user(2)));
      Error error = refused.read().getError();
      assertThat(error.getReason()).isEqualTo(Reason.RATE_LIMITED);
      assertThat(error.getReturnAfterMs()).isBetween(1_500, 3_000);
      assertThat(refused.isEnded()).isTrue();
      welcome.write(TestClient.ping());
      fixture.delivery.next(GatewayFrame.BodyCase.PING);
      assertThat(fixture.refusals("rate_limited")).isEqualTo(1);
    }
    fixture.nowMs.addAndGet(1_000);
    fixture.connected(fixture.user(2)).close();
  }

  @Test
  void exempts_this_machine_by_default() throws Exception {
    GatewayFixture fixture =
        start(Map.of("rate.exempt", "127.0.0.0/8,::1/128", "rate.address.connections", "1/h:1"));
    for (int i = 0; i < 10; i++) {
      fixture.connected(fixture.user(i)).close();
    }
    assertThat(fixture.counted("rates.exceeded", "limit", "address_connections")).isZero();
  }

  @Test
  void limits_the_devices_of_this_machine_too_and_connecting_anew_is_no_way_out() throws Exception {
    GatewayFixture fixture =
        start(Map.of("rate.exempt", "127.0.0.0/8,::1/128", "rate.device.look-ups", "1/s:2"));
    ClientFrame lookUp =
        ClientFrame.newBuilder().setLookUp(LookUp.newBuilder().setRequest(7)).build();
    for (int i = 0; i < 2; i++) {
      try (TestClient client = fixture.connected(fixture.user(1))) {
        client.write(lookUp);
        fixture.delivery.next(GatewayFrame.BodyCase.LOOK_UP);
      }
    }
    try (TestClient client = fixture.connected(fixture.user(1))) {
      client.write(lookUp);
      Error error = client.read().getError();
      assertThat(error.getReason()).isEqualTo(Reason.RATE_LIMITED);
      assertThat(error.getRequest()).isEqualTo(7);
    }
    assertThat(fixture.counted("rates.exceeded", "limit", "device_look_ups")).isEqualTo(1);
  }

  @Test
  void counts_the_address_in_a_proxy_header_and_never_the_balancer_s() throws Exception {
    GatewayFixture fixture =
        start(
            Map.of(
                "proxy-protocol", "required",
                "proxy-sources", "127.0.0.0/8",
                "rate.address.connections", "1/s:1"));
    for (int i = 1; i <= 5; i++) {
      try (TestClient client = fixture.connect()) {
        client.writeRaw(header("203.0.113." + i));
        client.write(TestClient.hello(fixture.user(i)));
        assertThat(client.read().hasWelcome()).isTrue();
      }
    }
    try (TestClient again = fixture.connect()) {
      again.writeRaw(header("203.0.113.1"));
      assertCut(again);
    }
    assertThat(fixture.counted("rates.exceeded", "limit", "address_connections")).isEqualTo(1);
    await().until(() -> fixture.meter("connections") == 0);
  }

  private static byte[] header(String client) {
    return ("PROXY TCP4 " + client + " 127.0.0.1 4711 7400\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void refuses_a_send_beyond_the_rate_of_its_device_and_others_go_on() throws Exception {
    GatewayFixture fixture = start(Map.of("rate.device.sends", "1/s:1"));
    try (TestClient fast = fixture.connected(fixture.user(1));
        TestClient other = fixture.connected(fixture.user(2))) {
      fast.write(TestClient.send(fixture.user(3), 1, "a"));
      fast.write(TestClient.send(fixture.user(3), 2, "b"));
      ServerFrame answer = fast.read();
      assertThat(answer.getSendRefused().getReason()).isEqualTo(Reason.RATE_LIMITED);
      assertThat(answer.getSendRefused().getClientId()).isEqualTo(2);
      other.write(TestClient.send(fixture.user(3), 1, "c"));
      fixture.delivery.next(GatewayFrame.BodyCase.SEND);
      assertThat(
              fixture
                  .delivery
                  .next(GatewayFrame.BodyCase.SEND)
                  .frame()
                  .getSend()
                  .getSend()
                  .getPayload()
                  .toStringUtf8())
          .isIn("a", "c");
      assertThat(fixture.counted("rates.exceeded", "limit", "device_sends")).isEqualTo(1);
    }
  }

  @Test
  void ends_a_websocket_that_floods_with_pings() throws Exception {
    GatewayFixture fixture = start(Map.of("rate.device.frames", "1/s:100"));
    try (WebSocketClient client = WebSocketClient.open(fixture.gateway.port())) {
      for (int i = 0; i < 101; i++) {
        client.write(WebSocketClient.PING, new byte[0]);
      }
      WebSocketClient.Sent sent = client.read();
      while (sent.opcode() == WebSocketClient.PONG) {
        sent = client.read();
      }
      assertThat(ServerFrame.parseFrom(sent.payload()).getError().getReason())
          .isEqualTo(Reason.RATE_LIMITED);
      assertThat(client.read().closeCode()).isEqualTo(4_013);
    }
  }

  @Test
  void says_how_crowded_its_tables_are() throws Exception {
    GatewayFixture fixture = start(Map.of());
    assertThat(fixture.admin("/metrics")).contains("breakwater_gateway_rates_crowded_total 0.0");
  }
}
