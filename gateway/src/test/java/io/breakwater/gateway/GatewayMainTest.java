package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as a supervisor sees it: environment in, exit code and a line out. */
final class GatewayMainTest {
  private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();

  @TempDir Path directory;
  private Path output;
  private Path secret;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void prepare() throws IOException {
    output = directory.resolve("output");
    secret = Files.writeString(directory.resolve("secret"), "5a".repeat(32));
  }

  @AfterEach
  void kill() {
    started.forEach(Process::destroyForcibly);
  }

  private Process run(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            GatewayMain.class.getName());
    builder.environment().put("BREAKWATER_GATEWAY_LISTEN", HOST + ":0");
    builder.environment().put("BREAKWATER_GATEWAY_ADMIN", HOST + ":0");
    builder.environment().put("BREAKWATER_GATEWAY_DELIVERY", HOST + ":1");
    builder.environment().put("BREAKWATER_GATEWAY_DRAIN_GRACE_MS", "100");
    builder.environment().put("BREAKWATER_GATEWAY_WARM_UP_MS", "0");
    builder.environment().put("BREAKWATER_CLUSTER_SECRET_FILE", secret.toString());
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    started.add(process);
    return process;
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
    return process.exitValue();
  }

  private String metrics() throws IOException {
    String port = says().replaceAll("(?s).*admin on port (\\d+).*", "$1");
    return new String(
        URI.create("http://" + HOST + ':' + port + "/metrics").toURL().openStream().readAllBytes(),
        StandardCharsets.UTF_8);
  }

  private String says() throws IOException {
    return Files.readString(output);
  }

  @Test
  void names_the_port_that_is_taken_in_one_line() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process process = run(Map.of("BREAKWATER_GATEWAY_LISTEN", HOST + ':' + taken.getLocalPort()));

      assertThat(exitCode(process)).isEqualTo(3);
      assertThat(says().lines().filter(line -> line.startsWith("breakwater gateway: ")))
          .singleElement()
          .asString()
          .contains("cannot listen on " + HOST + ':' + taken.getLocalPort())
          .contains("breakwater.gateway.listen");
      assertThat(says()).doesNotContain("\tat ");
    }
  }

  @Test
  void names_a_secret_that_cannot_be_read() throws Exception {
    Process process =
        run(Map.of("BREAKWATER_CLUSTER_SECRET_FILE", directory.resolve("absent").toString()));

    assertThat(exitCode(process)).isEqualTo(2);
    assertThat(says())
        .isEqualTo(
            "breakwater gateway: cluster secret file: "
                + directory.resolve("absent")
                + " (expected: a readable file)\n");
  }

  @Test
  void names_a_certificate_of_the_trunks_that_cannot_be_read() throws Exception {
    String absent = directory.resolve("absent").toString();
    Process process =
        run(
            Map.of(
                "BREAKWATER_GATEWAY_TRUNK_TLS_CERTIFICATE", absent,
                "BREAKWATER_GATEWAY_TRUNK_TLS_KEY", absent,
                "BREAKWATER_GATEWAY_TRUNK_TLS_CA", absent));

    assertThat(exitCode(process)).isEqualTo(2);
    assertThat(says())
        .contains(
            "breakwater gateway: trunk-tls certificate: "
                + absent
                + " (expected: a readable file)\n")
        .doesNotContain("\tat ");
  }

  @Test
  void names_every_wrong_value() throws Exception {
    Process process =
        run(Map.of("BREAKWATER_GATEWAY_LISTEN", "here", "BREAKWATER_GATEWAY_SWEEP_MS", "often"));

    assertThat(exitCode(process)).isEqualTo(2);
    assertThat(says()).contains("here").contains("often").doesNotContain("\tat ");
  }

  @Test
  void follows_a_delivery_node_whose_name_stands_for_another_address() throws Exception {
    Path names = Files.writeString(directory.resolve("names"), "127.0.0.2 moving\n");
    try (ServerSocket node = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      run(
          Map.of(
              "BREAKWATER_GATEWAY_DELIVERY", "moving:" + node.getLocalPort(),
              "JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + names));
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> says().contains("trunk to moving:"));
      Files.writeString(names, HOST + " moving\n");
      // Less than the 30 s for which a JVM remembers a name by itself.
      node.setSoTimeout(20_000);
      node.accept().close();
    }
  }

  @Test
  void drains_when_it_is_told_to_stop() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process process = run(Map.of("BREAKWATER_GATEWAY_LISTEN", HOST + ':' + port));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> says().contains("clients on port " + port));
    try (TestClient client = new TestClient(new Socket(InetAddress.getLoopbackAddress(), port))) {
      // What the kernel has accepted and the process has not is reset.
      Awaitility.await().until(() -> metrics().contains("breakwater_gateway_connections 1.0"));
      process.destroy();
      assertThat(client.read().hasGoAway()).isTrue();
      assertThat(client.isEnded()).isTrue();
    }
    assertThat(exitCode(process)).isEqualTo(143);
    assertThat(says()).contains("draining").contains("stopped").doesNotContain("\tat ");
  }
}
