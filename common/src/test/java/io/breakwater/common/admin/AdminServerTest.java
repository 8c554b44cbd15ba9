package io.breakwater.common.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.common.lever.Lever;
import io.breakwater.common.lever.LeverPage;
import io.breakwater.common.lever.Levers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An admin port and its peers, good and bad ones. */
@Timeout(120)
final class AdminServerTest {
  /** The limits of time are shorter than this, by far. */
  private static final int PATIENCE_MS = 60_000;

  private final List<Socket> sockets = new ArrayList<>();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Levers levers = new Levers(() -> Instant.EPOCH);
  private AdminServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        AdminServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            metrics,
            new Readiness(),
            () -> true,
            List.of(new AdminPage("/echo", AdminServerTest::echo), LeverPage.of(levers)));
    levers.add(Lever.whole("line.places", "sign-ups", 1, 1_000, 100));
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
  }

  private Socket send(String text) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(4_096);
    socket.setSoTimeout(PATIENCE_MS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    return socket;
  }

  private String get(String path) throws IOException {
    try (Socket socket = send("GET " + path + " HTTP/1.1\r\nConnection: close\r\n\r\n")) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String echo(Optional<String> query) {
    return query.orElseThrow(() -> new IllegalArgumentException("query: none (expected: any)"));
  }

  @Test
  void a_further_page_gets_the_query_and_says_what_is_wrong_with_it() throws Exception {
    assertThat(get("/echo?a=b%20c")).startsWith("HTTP/1.1 200 ").endsWith("\r\na=b c");
    assertThat(get("/echo")).startsWith("HTTP/1.1 400 ").endsWith("query: none (expected: any)");
  }

  private String post(String path, String... headers) throws IOException {
    String lines = Arrays.stream(headers).map(each -> each + "\r\n").collect(joining());
    try (Socket socket =
        send(
            "POST "
                + path
                + " HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n"
                + lines
                + "\r\n")) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void a_lever_is_moved_by_who_is_on_this_machine_and_says_who_it_is() throws Exception {
    assertThat(post("/levers?line.places=50", "Breakwater-By: ann"))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("line.places: 100 -> 50\n");
    assertThat(get("/levers")).contains("ann from 127.0.0.1 at 1970-01-01T00:00:00Z");
    assertThat(get("/levers?line.places")).containsPattern("line\\.places +50 +100 +sign-ups");
  }

  @Test
  void a_lever_is_moved_by_no_page_in_a_browser_and_by_nobody_without_a_name() throws Exception {
    String by = "Breakwater-By: ann";
    for (String[] headers :
        new String[][] {
          {},
          {"Breakwater-By: "},
          {"Breakwater-By: ann of x"},
          {by, "Origin: http://127.0.0.1"},
          {by, "Sec-Fetch-Site: same-origin"},
        }) {
      assertThat(post("/levers?line.places=50", headers)).startsWith("HTTP/1.1 403 ");
    }
    assertThat(levers.moved()).isZero();
  }

  @Test
  void a_value_that_is_none_is_answered_with_what_is_and_a_lever_that_is_none_likewise()
      throws Exception {
    String by = "Breakwater-By: ann";
    assertThat(post("/levers?line.places=0", by))
        .startsWith("HTTP/1.1 400 ")
        .endsWith("line.places: 0 (expected: 1..1000 sign-ups, or default)");
    assertThat(post("/levers?line.places", by)).startsWith("HTTP/1.1 400 ");
    assertThat(post("/levers", by)).startsWith("HTTP/1.1 400 ");
    assertThat(post("/levers?speed=1", by)).startsWith("HTTP/1.1 404 ");
    assertThat(get("/levers?speed")).startsWith("HTTP/1.1 404 ");
    assertThat(post("/echo?a", by)).startsWith("HTTP/1.1 405 ");
  }

  private void assertServes() throws IOException {
    assertThat(get("/livez")).startsWith("HTTP/1.1 200 OK").endsWith("live");
    assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ");
    assertThat(get("/metrics")).startsWith("HTTP/1.1 200 OK");
  }

  /** Reads to the end of the stream, whichever end it is. */
  private static void awaitClosed(Socket socket) throws IOException {
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @Test
  void an_answer_says_whose_it_is() throws Exception {
    // The JDK's server writes names with one capital.
    assertThat(get("/readyz")).contains("Breakwater-pid: " + ProcessHandle.current().pid());
  }

  @Test
  void peers_that_stall_delay_nobody_and_are_cut() throws Exception {
    List<Socket> stalled =
        List.of(
            send(""),
            send("G"),
            send("GET /livez HTTP/1.1\r\nHost: "),
            send("GET /livez HTTP/1.1\r\nContent-Length: 9\r\n\r\n12"));
    assertServes();
    for (Socket socket : stalled) {
      awaitClosed(socket);
    }
    assertServes();
  }

  @Test
  void a_peer_that_does_not_read_its_answer_delays_nobody_and_is_cut() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      Gauge.builder("bulk." + i + "." + "x".repeat(500), () -> 1).register(metrics);
    }
    Socket deaf = send("GET /metrics HTTP/1.1\r\n\r\n");
    assertThat(get("/livez")).endsWith("live");
    // Its answer is more than the kernel holds, and the server reads no more until it is taken.
    assertThatThrownBy(() -> writeForEver(deaf)).isInstanceOf(SocketException.class);
    assertThat(get("/livez")).endsWith("live");
  }

  private static void writeForEver(Socket socket) throws IOException {
    byte[] bytes = new byte[65_536];
    while (true) {
      socket.getOutputStream().write(bytes);
    }
  }

  @Test
  void connections_beyond_the_limit_are_closed_and_the_rest_is_served() throws Exception {
    for (int i = 0; i < AdminServer.CONNECTIONS; i++) {
      send("");
    }
    awaitClosed(send(""));
    assertThat(ask(sockets.getFirst())).isEqualTo("HTTP/1.1 200 OK");
    assertThat(ask(sockets.get(AdminServer.CONNECTIONS - 1))).isEqualTo("HTTP/1.1 200 OK");
  }

  /** The first line of an answer. */
  private static String ask(Socket socket) throws IOException {
    socket.getOutputStream().write("GET /livez HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
  }
}
