package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** WebSockets between a gateway and clients, right and wrong ones. */
final class WebSocketTest {
  private static final String PAGE = "https://chat.example";

  @TempDir Path directory;
  private TestCertificate certificate;
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    certificate = TestCertificate.installed(directory, 1);
    Map<String, String> settings = new HashMap<>(certificate.settings());
    settings.put("breakwater.gateway.websocket.origins", PAGE + ",https://other.example");
    fixture = new GatewayFixture(directory, settings);
    await().until(() -> fixture.delivery.streams().size() == 2);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private WebSocketClient open() throws IOException {
    return WebSocketClient.open(fixture.gateway.port());
  }

  private WebSocketClient welcomed() throws IOException {
    WebSocketClient client = open();
    client.write(TestClient.hello(fixture.user(1)));
    assertThat(client.readFrame().hasWelcome()).isTrue();
    return client;
  }

  @Test
  void welcomes_a_device() throws Exception {
    try (WebSocketClient client =
        new WebSocketClient(new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port()))) {
      assertThat(client.request(WebSocketClient.GOOD_REQUEST))
          .startsWith("HTTP/1.1 101 ")
          .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
          .containsIgnoringCase("sec-websocket-protocol: breakwater.v1\r\n");
      client.write(TestClient.hello(fixture.user(1)));
      assertThat(client.readFrame().hasWelcome()).isTrue();
    }
    assertThat(fixture.meter("websockets.opened")).isEqualTo(1);
    await().until(() -> fixture.meter("connections") == 0);
  }

  @Test
  void serves_the_platforms_client_over_tls() throws Exception {
    CompletableFuture<ServerFrame> welcome = new CompletableFuture<>();
    try (HttpClient http = HttpClient.newBuilder().sslContext(certificate.clients()).build()) {
      WebSocket socket =
          http.newWebSocketBuilder()
              .header("Origin", PAGE)
              .subprotocols("breakwater.v1")
              .buildAsync(
                  URI.create("wss://127.0.0.1:" + fixture.gateway.tlsPort() + "/v1"),
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onBinary(
                        WebSocket from, ByteBuffer data, boolean last) {
                      from.request(1);
                      return welcome.completeAsync(() -> parse(data), Runnable::run);
                    }
                  })
              .join();
      assertThat(socket.getSubprotocol()).isEqualTo("breakwater.v1");
      var _ =
          socket
              .sendBinary(ByteBuffer.wrap(TestClient.hello(fixture.user(1)).toByteArray()), true)
              .join();
      assertThat(welcome.join().hasWelcome()).isTrue();
      var _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      fixture.delivery.next(GatewayFrame.BodyCase.DETACH);
    }
    await().until(() -> fixture.meter("connections") == 0);
  }

  private static ServerFrame parse(ByteBuffer data) {
    try {
      return ServerFrame.parseFrom(data);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void delivers_messages_of_every_length_form() throws Exception {
    try (WebSocketClient client = welcomed()) {
      ScriptedDelivery.Arrival attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
      for (int size : new int[] {1, 125, 126, 65_500, 65_535, 65_536}) {
        ServerFrame frame = deliver(size);
        attach.stream().relay(attach.frame().getConnection(), frame);
        assertThat(client.readFrame()).isEqualTo(frame);
      }
    }
  }

  private static ServerFrame deliver(int bytes) {
    return ServerFrame.newBuilder()
        .setDeliver(
            Deliver.newBuilder()
                .addEntries(
                    Entry.newBuilder()
                        .setMessage(
                            Message.newBuilder().setPayload(ByteString.copyFrom(new byte[bytes])))))
        .build();
  }

  @Test
  void takes_a_frame_in_fragments_with_a_ping_between() throws Exception {
    byte[] hello = TestClient.hello(fixture.user(1)).toByteArray();
    try (WebSocketClient client = open()) {
      client.write(0x02, Arrays.copyOf(hello, 10));
      client.write(0x00, new byte[0]);
      client.write(WebSocketClient.PING, "there?".getBytes(StandardCharsets.US_ASCII));
      client.write(WebSocketClient.FINAL, Arrays.copyOfRange(hello, 10, hello.length));

      WebSocketClient.Sent pong = client.read();
      assertThat(pong.opcode()).isEqualTo(WebSocketClient.PONG);
      assertThat(pong.payload().toStringUtf8()).isEqualTo("there?");
      assertThat(client.readFrame().hasWelcome()).isTrue();
    }
  }

  @Test
  void takes_large_frames_after_the_welcome() throws Exception {
    try (WebSocketClient client = welcomed()) {
      byte[] send = TestClient.send(fixture.user(2), 1, "x".repeat(65_536)).toByteArray();
      client.write(0x02, Arrays.copyOf(send, 40_000));
      client.write(WebSocketClient.FINAL, Arrays.copyOfRange(send, 40_000, send.length));
      client.write(WebSocketClient.BINARY, send);

      for (int i = 0; i < 2; i++) {
        assertThat(
                fixture
                    .delivery
                    .next(GatewayFrame.BodyCase.SEND)
                    .frame()
                    .getSend()
                    .getSend()
                    .getPayload()
                    .size())
            .isEqualTo(65_536);
      }
    }
  }

  @Test
  void reads_a_client_whose_bytes_come_one_by_one() throws Exception {
    try (WebSocketClient client =
        WebSocketClient.open(new DrippingSocket(fixture.gateway.port()))) {
      client.write(TestClient.hello(fixture.user(1)));
      assertThat(client.readFrame().hasWelcome()).isTrue();
    }
  }

  @Test
  void answers_a_close_with_its_code() throws Exception {
    try (WebSocketClient client = welcomed()) {
      client.write(WebSocketClient.CLOSE, new byte[] {(byte) (3_001 >> 8), (byte) 3_001});

      WebSocketClient.Sent close = client.read();
      assertThat(close.opcode()).isEqualTo(WebSocketClient.CLOSE);
      assertThat(close.closeCode()).isEqualTo(3_001);
      assertThat(client.isEnded()).isTrue();
      fixture.delivery.next(GatewayFrame.BodyCase.DETACH);
    }
  }

  @Test
  void closes_as_going_away_when_the_gateway_stops() throws Exception {
    GatewayFixture other = new GatewayFixture(directory, Map.of());
    await().until(() -> other.delivery.streams().size() == 2);
    try (WebSocketClient client = WebSocketClient.open(other.gateway.port())) {
      client.write(TestClient.hello(other.user(1)));
      assertThat(client.readFrame().hasWelcome()).isTrue();
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(other.gateway::close);
      assertThat(client.readFrame().hasGoAway()).isTrue();
      assertThat(client.read().closeCode()).isEqualTo(1_001);
      assertThat(client.isEnded()).isTrue();
      stopped.join();
    }
    other.delivery.close();
  }

  interface Wrong {
    void write(WebSocketClient client) throws IOException;
  }

  static Stream<Arguments> tells_a_client_what_it_does_wrong() {
    byte[] five = new byte[5];
    return Stream.of(
        wrong("text", 1_003, c -> c.write(WebSocketClient.TEXT, five)),
        wrong(
            "no mask",
            1_002,
            c -> c.writeRaw(new byte[] {(byte) WebSocketClient.BINARY, 5, 0, 0, 0, 0, 0})),
        wrong("reserved bit", 1_002, c -> c.write(0xC2, five)),
        wrong("reserved opcode", 1_002, c -> c.write(0x83, five)),
        wrong("continuation of nothing", 1_002, c -> c.write(0x80, five)),
        wrong(
            "message in a message",
            1_002,
            c -> {
              c.write(0x02, five);
              c.write(0x02, five);
            }),
        wrong("long ping", 1_002, c -> c.write(WebSocketClient.PING, new byte[126])),
        wrong("too large", 1_009, c -> c.write(WebSocketClient.BINARY, new byte[4_097])),
        wrong(
            "announced too large",
            1_009,
            c -> c.writeRaw(WebSocketClient.header(WebSocketClient.BINARY, 0x80, 131_073))),
        wrong(
            "part of what is too large",
            1_009,
            c -> {
              c.writeRaw(WebSocketClient.header(WebSocketClient.BINARY, 0x80, 100_000));
              c.writeRaw(new byte[4_200]);
            }),
        wrong(
            "too large in fragments",
            1_009,
            c -> {
              c.write(0x02, new byte[4_000]);
              c.write(0x00, new byte[97]);
            }),
        wrong("garbage", 4_003, c -> c.write(WebSocketClient.BINARY, new byte[] {-1, -1})),
        wrong("nothing", 4_003, c -> c.write(WebSocketClient.BINARY, new byte[0])));
  }

  private static Arguments wrong(String what, int code, Wrong wrong) {
    return Arguments.of(what, code, wrong);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void tells_a_client_what_it_does_wrong(String what, int code, Wrong wrong) throws Exception {
    try (WebSocketClient client = open()) {
      wrong.write(client);

      assertThat(client.readFrame().getError().getReason()).isEqualTo(Reason.MALFORMED);
      WebSocketClient.Sent close = client.read();
      assertThat(close.opcode()).isEqualTo(WebSocketClient.CLOSE);
      assertThat(close.closeCode()).isEqualTo(code);
      assertThat(client.isEnded()).isTrue();
    }
    await().until(() -> fixture.meter("connections") == 0);
  }

  static Stream<Arguments> answers_a_request_that_it_refuses() {
    return Stream.of(
        Arguments.of("404", "GET /v1 ", "GET /v2 "),
        Arguments.of("404", "GET /v1 ", "GET /v1?token=1 "),
        Arguments.of("403", "Host: localhost", "Origin: https://evil.example"),
        Arguments.of("403", "Host: localhost", "Origin: null"),
        Arguments.of("426", "Upgrade: websocket", "Upgrade: h2c"),
        Arguments.of("426", "Connection: keep-alive, Upgrade", "Connection: keep-alive"),
        Arguments.of("426", "Version: 13", "Version: 8"),
        Arguments.of("400", "Sec-WebSocket-Key", "Other"),
        Arguments.of("400", "breakwater.v1", "breakwater.v2"),
        Arguments.of("400", "HTTP/1.1", "nonsense"),
        Arguments.of("414", "GET /v1", "GET /v1" + "x".repeat(1_100)),
        Arguments.of("431", "Host: localhost", "Host: " + "x".repeat(3_100)),
        Arguments.of("413", "Host: localhost", "Content-Length: 10"));
  }

  @ParameterizedTest
  @MethodSource
  void answers_a_request_that_it_refuses(String status, String right, String wrong)
      throws Exception {
    List<String> request = new ArrayList<>(WebSocketClient.GOOD_REQUEST);
    request.replaceAll(line -> line.replace(right, wrong));
    assertThat(request).isNotEqualTo(WebSocketClient.GOOD_REQUEST);
    try (WebSocketClient client =
        new WebSocketClient(new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port()))) {
      assertThat(client.request(request)).startsWith("HTTP/1.1 " + status + " ");
      assertThat(client.isEnded()).isTrue();
    }
    await().until(() -> fixture.meter("connections") == 0);
    assertThat(fixture.meter("websockets.opened")).isZero();
  }

  @Test
  void takes_pages_that_are_listed() throws Exception {
    List<String> request = new ArrayList<>(WebSocketClient.GOOD_REQUEST);
    request.add("Origin: " + PAGE);
    try (WebSocketClient client =
        new WebSocketClient(new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port()))) {
      assertThat(client.request(request)).startsWith("HTTP/1.1 101 ");
    }
  }

  @Test
  void closes_a_request_that_is_not_finished_in_time() throws Exception {
    try (WebSocketClient client =
        new WebSocketClient(new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port()))) {
      client.writeRaw("GET /v1 HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII));
      await().until(() -> fixture.meter("connections") == 1);
      fixture.nowMs.addAndGet(8_000);
      // No frame before the end: the client would not understand it.
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void closes_a_message_that_is_not_finished_in_time() throws Exception {
    try (WebSocketClient begun = welcomed();
        WebSocketClient fragmented = welcomed()) {
      // The answer to the ping shows that what came with it was read.
      begun.writeRaw(
          new byte[] {
            (byte) WebSocketClient.PING, (byte) 0x80, 0, 0, 0, 0, (byte) WebSocketClient.BINARY
          });
      assertThat(begun.read().opcode()).isEqualTo(WebSocketClient.PONG);
      fragmented.write(0x02, new byte[5]);
      fragmented.write(WebSocketClient.PING, new byte[0]);
      assertThat(fragmented.read().opcode()).isEqualTo(WebSocketClient.PONG);
      fixture.nowMs.addAndGet(15_000);
      for (WebSocketClient client : List.of(begun, fragmented)) {
        assertThat(client.readFrame().getError().getReason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(client.read().closeCode()).isEqualTo(4_012);
        assertThat(client.isEnded()).isTrue();
      }
    }
  }
}
