package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.breakwater.proto.client.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** PROXY headers between a balancer and a gateway. */
final class ProxyProtocolTest {
  private static final String VERSION_1 = "PROXY TCP4 203.0.113.7 127.0.0.1 4711 7400\r\n";

  /** TCP over IPv6 from 2001:db8::7 port 4711, and an extension of three bytes. */
  private static final String VERSION_2 =
      "0d0a0d0a000d0a515549540a"
          + "2121002a"
          + "20010db8000000000000000000000007"
          + "00000000000000000000000000000001"
          + "12671ce8"
          + "040003616263";

  private static final String VERSION_2_LOCAL = "0d0a0d0a000d0a515549540a20000000";

  @TempDir Path directory;
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.breakwater.gateway.socket");
  private final List<ILoggingEvent> logged = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private TestCertificate certificate;
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    appender.list = logged;
    appender.start();
    logger.addAppender(appender);
    logger.setLevel(Level.DEBUG);
    certificate = TestCertificate.installed(directory, 1);
    fixture = new GatewayFixture(directory, settings("required", "127.0.0.0/8"));
  }

  private Map<String, String> settings(String mode, String sources) {
    Map<String, String> settings = new HashMap<>(certificate.settings());
    settings.put("breakwater.gateway.proxy-protocol", mode);
    settings.put("breakwater.gateway.proxy-sources", sources);
    return settings;
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    logger.setLevel(null);
    logger.detachAppender(appender);
  }

  private void assertLogged(String text) {
    assertThat(logged).anyMatch(event -> event.getFormattedMessage().contains(text));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private void assertWelcomed(TestClient client) throws IOException {
    client.write(TestClient.hello(fixture.user(1)));
    assertThat(client.read().hasWelcome()).isTrue();
  }

  @Test
  void takes_the_clients_address_from_version_1() throws Exception {
    try (TestClient client = fixture.connect()) {
      client.writeRaw(ascii(VERSION_1));
      assertWelcomed(client);
      assertLogged("is proxied for /203.0.113.7:4711");
    }
  }

  @Test
  void takes_the_clients_address_from_version_2_before_tls() throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.tlsPort());
    socket.getOutputStream().write(hex(VERSION_2));
    try (TestClient client = new TestClient(certificate.handshake(socket, "TLSv1.3"))) {
      assertWelcomed(client);
      assertLogged("is proxied for /[2001:db8:0:0:0:0:0:7]:4711");
    }
  }

  @Test
  void serves_a_websocket_behind_the_header() throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port());
    socket.getOutputStream().write(ascii(VERSION_1));
    try (WebSocketClient client = WebSocketClient.open(socket)) {
      client.write(TestClient.hello(fixture.user(1)));
      assertThat(client.readFrame().hasWelcome()).isTrue();
    }
  }

  @Test
  void keeps_the_balancers_own_address_when_it_speaks_for_itself() throws Exception {
    try (TestClient client = fixture.connect()) {
      client.writeRaw(hex(VERSION_2_LOCAL));
      assertWelcomed(client);
      assertLogged("is proxied for /127.0.0.1:");
    }
  }

  @Test
  void reads_a_header_whose_bytes_come_one_by_one() throws Exception {
    try (TestClient client = new TestClient(new DrippingSocket(fixture.gateway.port()))) {
      client.writeRaw(ascii(VERSION_1));
      assertWelcomed(client);
    }
  }

  @Test
  void closes_a_connection_without_the_header_at_once() throws Exception {
    try (TestClient client = fixture.connect()) {
      client.write(TestClient.hello(fixture.user(1)));
      assertEndsWithoutAFrame(client);
    }
    assertThat(fixture.meter("proxy.refused")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 203.0.113.777 127.0.0.1 4711 7400\r\n",
        "PROXY TCP4 203.0.113.7\r\n",
        "PROXY NONSENSE 203.0.113.7 127.0.0.1 4711 7400\r\n",
        "PROXY TCP4 203.0.113.7 127.0.0.1 4711 7400 and more of it, and more of it, and more of"
            + " it, and more of it, without an end"
      })
  void closes_a_connection_with_a_malformed_header(String header) throws Exception {
    try (TestClient client = fixture.connect()) {
      client.writeRaw(ascii(header));
      assertEndsWithoutAFrame(client);
    }
    assertThat(fixture.meter("proxy.refused")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Version 3; 64 KiB of extensions.
        "0d0a0d0a000d0a515549540a31110000",
        "0d0a0d0a000d0a515549540a2111ffff"
      })
  void closes_a_connection_with_a_malformed_binary_header(String header) throws Exception {
    try (TestClient client = fixture.connect()) {
      client.writeRaw(hex(header));
      client.writeRaw(new byte[2_000]);
      assertEndsWithoutAFrame(client);
    }
    assertThat(fixture.meter("proxy.refused")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PROXY TCP4 203"})
  void closes_a_header_that_is_not_finished_in_time(String begun) throws Exception {
    try (TestClient client = fixture.connect()) {
      client.writeRaw(ascii(begun));
      await().until(() -> fixture.meter("connections") == 1);
      fixture.nowMs.addAndGet(8_000);
      assertEndsWithoutAFrame(client);
    }
  }

  private void assertEndsWithoutAFrame(TestClient client) {
    try {
      assertThat(client.isEnded()).isTrue();
    } catch (IOException e) {
      // Reset, since not everything was read: an end as well.
      assertThat(e).hasMessageContaining("reset");
    }
    await().until(() -> fixture.meter("connections") == 0);
  }

  @Test
  void believes_nobody_but_the_balancers() throws Exception {
    GatewayFixture other = new GatewayFixture(directory, settings("required", "192.0.2.0/24"));
    try (TestClient client = other.connect()) {
      assertEndsWithoutAFrame(client);
      assertThat(other.meter("proxy.refused")).isEqualTo(1);
    } finally {
      other.close();
    }
  }

  @Test
  void who_speaks_with_the_header_is_closed_after_those_behind_a_balancer_who_say_nothing()
      throws Exception {
    Map<String, String> small = settings("required", "127.0.0.0/8");
    small.put("breakwater.gateway.accept.under-way", "2");
    GatewayFixture other = new GatewayFixture(directory, small);
    List<TestClient> silent = new ArrayList<>();
    try (TestClient slow = other.connect()) {
      byte[] hello = TestClient.bytes(TestClient.hello(other.user(1)));
      ByteArrayOutputStream first = new ByteArrayOutputStream();
      first.write(ascii(VERSION_1));
      first.write(hello, 0, 3);
      slow.writeRaw(first.toByteArray());
      for (int i = 0; i < 20; i++) {
        TestClient one = other.connect();
        one.writeRaw(ascii(VERSION_1));
        silent.add(one);
      }
      await()
          .until(
              () ->
                  other
                          .metrics
                          .get("breakwater.gateway.arrivals.ended")
                          .tag("end", "crowded_out")
                          .functionCounter()
                          .count()
                      >= 19);
      slow.writeRaw(Arrays.copyOfRange(hello, 3, hello.length));
      assertThat(slow.read().hasWelcome()).isTrue();
    } finally {
      for (TestClient one : silent) {
        one.close();
      }
      other.close();
    }
  }

  @Test
  void takes_no_header_unless_it_is_told_to() throws Exception {
    GatewayFixture other = new GatewayFixture(directory, settings("off", "127.0.0.0/8"));
    try (TestClient client = other.connect()) {
      client.writeRaw(ascii(VERSION_1));
      assertThat(client.read().getError().getReason()).isEqualTo(Reason.MALFORMED);
      assertThat(logged).noneMatch(event -> event.getFormattedMessage().contains("203.0.113.7"));
    } finally {
      other.close();
    }
  }
}
