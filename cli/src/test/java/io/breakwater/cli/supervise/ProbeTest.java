package io.breakwater.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers of admin ports, of the process that is meant and of others. */
final class ProbeTest {
  private static final long PID = 4711;

  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Probe.Answer answered(int status, String pid, String text) {
    server.createContext(
        "/readyz",
        exchange -> {
          byte[] body = text.getBytes(StandardCharsets.UTF_8);
          if (!pid.isEmpty()) {
            exchange.getResponseHeaders().set("Breakwater-Pid", pid);
          }
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    return Probe.readyz(server.getAddress()).ask(PID);
  }

  private String uri() {
    return "http://"
        + server.getAddress().getHostString()
        + ':'
        + server.getAddress().getPort()
        + "/readyz";
  }

  @Test
  void the_process_that_was_started_is_ready_when_it_says_so() {
    assertThat(answered(200, "4711", "ready")).isEqualTo(new Probe.Answer.Ready());
  }

  @Test
  void the_process_that_was_started_says_why_it_is_not_ready() {
    assertThat(answered(503, "4711", "starting")).isEqualTo(new Probe.Answer.NotReady("starting"));
  }

  @Test
  void an_answer_of_another_process_does_not_count() {
    assertThat(answered(200, "4712", "ready"))
        .isEqualTo(
            new Probe.Answer.NotReady(uri() + " is answered by pid 4712 (expected: pid 4711)"));
  }

  @Test
  void an_answer_of_something_else_does_not_count() {
    assertThat(answered(200, "", "ready"))
        .isEqualTo(
            new Probe.Answer.NotReady(
                uri() + " is answered by something else (expected: pid 4711)"));
  }
}
