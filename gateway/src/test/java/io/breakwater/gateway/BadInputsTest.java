package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.breakwater.fuzzing.BadInput;
import io.breakwater.proto.client.SendRefused;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * The bad inputs of {@code build/fuzzing/bad-inputs}, against a gateway on real sockets: each is
 * answered as its file says, nothing of it stays, and the next honest client is let in.
 */
final class BadInputsTest {
  /** Longer than any limit of a client that is silent. */
  private static final long LONG_MS = 100_000;

  private static final byte[] PROXY =
      "PROXY TCP4 203.0.113.7 127.0.0.1 4711 7400\r\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir static Path directory;
  private static final Logger LEAKS = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
  private static final ListAppender<ILoggingEvent> LEAKED = new ListAppender<>();
  private static TestCertificate certificate;
  private static GatewayFixture open;
  private static GatewayFixture proxied;

  /** Each input is somebody else's, so that none has what the rates took from another. */
  private static int users;

  @BeforeAll
  static void start() throws Exception {
    LEAKED.list = new CopyOnWriteArrayList<>();
    LEAKED.start();
    LEAKS.addAppender(LEAKED);
    certificate = TestCertificate.installed(directory, 1);
    open = new GatewayFixture(directory, certificate.settings());
    Map<String, String> behindBalancer = new HashMap<>();
    behindBalancer.put("breakwater.gateway.proxy-protocol", "required");
    behindBalancer.put("breakwater.gateway.proxy-sources", "127.0.0.0/8");
    proxied = new GatewayFixture(directory, behindBalancer);
    for (GatewayFixture fixture : List.of(open, proxied)) {
      await().until(() -> fixture.delivery.streams().size() == 2);
    }
  }

  /** What leaks is told of when it was collected and something else is allocated. */
  @AfterAll
  static void stop() throws Exception {
    for (int i = 0; i < 5; i++) {
      System.gc();
      letsIn("tls");
      letsIn("framing");
    }
    open.close();
    proxied.close();
    LEAKS.detachAppender(LEAKED);
    assertThat(LEAKED.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> answers_as_the_file_says_and_lets_the_next_one_in() throws IOException {
    return BadInput.all(Path.of(System.getProperty("breakwater.root"))).stream()
        .map(input -> DynamicTest.dynamicTest(input.toString(), () -> play(input)));
  }

  /** Looks often: there are many inputs. */
  private static ConditionFactory await() {
    return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
  }

  private static void play(BadInput input) throws Exception {
    GatewayFixture fixture = input.kind().equals("proxy") ? proxied : open;
    try (Socket socket = connect(input.kind())) {
      begin(input, socket);
      RawPeer peer = new RawPeer(socket);
      peer.write(input.bytes());
      if (input.timePasses()) {
        await().until(() -> fixture.meter("connections") == 1);
        fixture.nowMs.addAndGet(LONG_MS);
      }
      String[] expected = input.expect().split(" ", 2);
      switch (expected[0]) {
        case "error" ->
            assertThat(peer.frames().getLast().getError().getReason()).hasToString(expected[1]);
        case "http" ->
            assertThat(new String(peer.toTheEnd(), StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 " + expected[1] + ' ');
        case "websocket" -> assertThat(peer.closeCode()).isEqualTo(Integer.parseInt(expected[1]));
        case "closed" -> assertThat(peer.toTheEnd()).satisfies(said -> silentOrAlert(input, said));
        case "refused" -> {
          assertRefused(peer, expected[1]);
          peer.write(input.bytes());
          assertRefused(peer, expected[1]);
        }
        default -> throw new AssertionError(input + " expects " + input.expect());
      }
    }
    await().until(() -> fixture.meter("connections") == 0);
    letsIn(input.kind());
  }

  private static Socket connect(String kind) throws IOException {
    int port =
        switch (kind) {
          case "tls" -> open.gateway.tlsPort();
          case "proxy" -> proxied.gateway.port();
          default -> open.gateway.port();
        };
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void begin(BadInput input, Socket socket) throws IOException {
    switch (input.after()) {
      case "" -> {}
      case "hello" -> welcome(new TestClient(socket));
      case "upgrade" -> assertThat(WebSocketClient.open(socket)).isNotNull();
      case "handshake" ->
          assertThat(certificate.handshake(socket, "TLSv1.3").getSession().isValid()).isTrue();
      default -> throw new AssertionError(input + " comes after " + input.after());
    }
  }

  private static void welcome(TestClient client) throws IOException {
    users++;
    client.write(TestClient.hello(open.user(users)));
    assertThat(client.read().hasWelcome()).isTrue();
  }

  private static void letsIn(String kind) throws IOException {
    GatewayFixture fixture = kind.equals("proxy") ? proxied : open;
    try (Socket socket = connect(kind)) {
      if (kind.equals("tls")) {
        welcome(new TestClient(certificate.handshake(socket, "TLSv1.3")));
      } else {
        TestClient client = new TestClient(socket);
        client.writeRaw(kind.equals("proxy") ? PROXY : new byte[0]);
        welcome(client);
      }
    }
    await().until(() -> fixture.meter("connections") == 0);
  }

  private static void assertRefused(RawPeer peer, String reason) throws IOException {
    SendRefused refused = peer.frame().getSendRefused();
    assertThat(refused.getReason()).hasToString(reason);
    assertThat(refused.getFinal()).isTrue();
  }

  /** Before the handshake an alert; after it, what is sealed cannot be told apart. */
  private static void silentOrAlert(BadInput input, byte[] said) {
    if (said.length > 0) {
      assertThat(input.kind()).isEqualTo("tls");
      assertThat((int) said[0]).isIn(input.after().isEmpty() ? List.of(21) : List.of(21, 23));
    }
  }
}
