package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cli.Main;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.cli.process.Ports;
import io.breakwater.common.testing.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code up} as a process, with stand-ins for the two servers, on a real Cassandra. */
@Timeout(180)
final class UpCommandTest {
  private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
  private static final Pattern READY =
      Pattern.compile("ready: clients connect to (\\S+) \\(delivery (\\d+), gateway (\\d+)\\)");

  @TempDir private Path directory = Path.of("");
  private final List<Process> started = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void prepare() throws IOException {
    StandIns.build(directory.resolve("root"));
    while (ports.size() < 4) {
      int port = FreePorts.forTrunks();
      // Two above that of trunks, whatever it will be, is a further one.
      if (ports.stream().noneMatch(other -> Math.abs(other - port) <= 2)) {
        ports.add(port);
      }
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Process up : started) {
      up.destroy();
      up.waitFor();
    }
  }

  @Test
  void starts_the_servers_restarts_a_killed_one_and_stops_all_on_term() throws Exception {
    BufferedReader lines = up(cassandra());
    Matcher ready = await(lines, READY);
    assertThat(ready.group(1)).isEqualTo("127.0.0.1:" + ports.get(0));
    assertThat(pid("delivery")).isEqualTo(Long.parseLong(ready.group(2)));
    assertThat(pid("gateway")).isEqualTo(Long.parseLong(ready.group(3)));
    assertThat(log("delivery"))
        .contains("BREAKWATER_CASSANDRA_CONTACT_POINTS=" + cassandra())
        .contains("BREAKWATER_DELIVERY_LISTEN=127.0.0.1:" + ports.get(2))
        .contains("BREAKWATER_DELIVERY_STOP_TIMEOUT=PT8S");
    assertThat(log("gateway"))
        .contains("BREAKWATER_GATEWAY_DELIVERY=127.0.0.1:" + ports.get(2))
        .contains("BREAKWATER_CLUSTER_SECRET_FILE=" + directory.resolve("data/cluster.secret"));

    long killed = pid("gateway");
    ProcessHandle.of(killed).orElseThrow().destroyForcibly();
    await(
        lines,
        Pattern.compile(
            "gateway: pid \\d+ started in place of pid "
                + killed
                + " \\(exit status 137\\), log .*"));
    await(lines, Pattern.compile("gateway: up after .*"));

    ProcessHandle delivery = ProcessHandle.of(pid("delivery")).orElseThrow();
    Process up = started.getFirst();
    // Process.destroy would close what we read.
    assertThat(up.toHandle().destroy()).isTrue();
    await(lines, Pattern.compile("gateway: stopped"));
    await(lines, Pattern.compile("delivery: stopped"));
    assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(delivery.isAlive()).isFalse();
  }

  @Test
  void the_servers_get_certificates_for_each_other_if_it_is_told_to() throws Exception {
    await(up(cassandra(), "--trunk-tls"), READY);
    Path certificates = directory.resolve("data/trunk-tls");
    assertThat(log("delivery"))
        .contains(
            "BREAKWATER_DELIVERY_TRUNK_TLS_CERTIFICATE=" + certificates.resolve("delivery.crt"))
        .contains("BREAKWATER_DELIVERY_TRUNK_TLS_KEY=" + certificates.resolve("delivery.key"))
        .contains("BREAKWATER_DELIVERY_TRUNK_TLS_CA=" + certificates.resolve("ca.crt"));
    assertThat(log("gateway"))
        .contains("BREAKWATER_GATEWAY_TRUNK_TLS_CERTIFICATE=" + certificates.resolve("gateway.crt"))
        .contains("BREAKWATER_GATEWAY_TRUNK_TLS_KEY=" + certificates.resolve("gateway.key"))
        .contains("BREAKWATER_GATEWAY_TRUNK_TLS_CA=" + certificates.resolve("ca.crt"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void several_servers_have_addresses_logs_and_pid_files_of_their_own() throws Exception {
    BufferedReader lines = up(cassandra(), "--delivery=2", "--gateways=2");
    Matcher ready =
        await(
            lines,
            Pattern.compile(
                "ready: clients connect to (\\S+) \\(delivery-1 \\d+, delivery-2 (\\d+), gateway-1 \\d+, gateway-2 (\\d+)\\)"));
    assertThat(ready.group(1))
        .isEqualTo("127.0.0.1:%d,127.0.0.2:%d".formatted(ports.get(0), ports.get(0)));
    assertThat(pid("delivery-2")).isEqualTo(Long.parseLong(ready.group(2)));
    assertThat(pid("gateway-2")).isEqualTo(Long.parseLong(ready.group(3)));
    assertThat(log("delivery-2")).contains("BREAKWATER_DELIVERY_LISTEN=127.0.0.2:" + ports.get(2));
    assertThat(log("gateway-2"))
        .contains(
            "BREAKWATER_GATEWAY_DELIVERY=127.0.0.1:%d,127.0.0.2:%d"
                .formatted(ports.get(2), ports.get(2)));

    Process status = command("status", "--data=" + directory.resolve("data"));
    assertThat(new String(status.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .containsPattern(
            "gateway-2 +%d +127\\.0\\.0\\.2:%d +ready".formatted(pid("gateway-2"), ports.get(0)));
    assertThat(status.waitFor()).isZero();

    Process up = started.getFirst();
    assertThat(up.toHandle().destroy()).isTrue();
    await(lines, Pattern.compile("delivery-2: stopped"));
    await(lines, Pattern.compile("delivery-1: stopped"));
    assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_server_that_is_started_again_maps_the_classes_that_its_first_start_loaded()
      throws Exception {
    BufferedReader lines = up(cassandra());
    await(lines, READY);
    Path target = directory.resolve("root/delivery/target");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> classArchives(target), archives -> archives.size() == 1);

    ProcessHandle.of(pid("delivery")).orElseThrow().destroyForcibly();
    await(lines, Pattern.compile("delivery: pid \\d+ started in place of .*"));
    await(lines, Pattern.compile("delivery: up after .*"));
    assertThat(ProcessHandle.of(pid("delivery")).orElseThrow().info().arguments().orElseThrow())
        .contains("-XX:SharedArchiveFile=" + classArchives(target).getFirst());
    assertThat(log("delivery")).doesNotContain("[warning]");
  }

  private static List<Path> classArchives(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files.filter(file -> file.toString().matches(".*/classes-.*\\.jsa")).toList();
    }
  }

  @Test
  void copes_with_what_a_killed_up_left() throws Exception {
    await(up(cassandra()), READY);
    ProcessHandle delivery = ProcessHandle.of(pid("delivery")).orElseThrow();
    started.getFirst().destroyForcibly().waitFor();
    await(up(cassandra()), READY);
    assertThat(delivery.isAlive()).isFalse();
    assertThat(pid("delivery")).isNotEqualTo(delivery.pid());
  }

  @Test
  void a_second_up_on_the_same_directory_is_refused_in_one_line() throws Exception {
    await(up(cassandra()), READY);
    assertThat(failure(up(cassandra())))
        .contains("another ./breakwater up (pid " + started.getFirst().pid() + ")");
    assertThat(ProcessHandle.of(pid("gateway"))).isPresent();
  }

  @Test
  void a_taken_port_is_named_before_anything_starts() throws Exception {
    try (ServerSocket taken = new ServerSocket(ports.get(2), 1, LOCAL)) {
      assertThat(failure(up(cassandra())))
          .contains("port " + taken.getLocalPort() + " on 127.0.0.1")
          .contains("--delivery-port");
    }
    assertThat(directory.resolve("data/logs")).isEmptyDirectory();
  }

  @Test
  void a_port_that_is_taken_while_the_others_start_is_named_with_its_option() throws Exception {
    environment.put("STAND_IN_DELIVERY_STEALS", String.valueOf(ports.get(1)));
    assertThat(failure(up(cassandra())))
        .contains("port " + ports.get(1) + " on 127.0.0.1, for the gateway's admin")
        .contains("--admin-port");
    assertThat(directory.resolve("data/run")).isDirectoryNotContaining("glob:**.pid");
  }

  @Test
  void one_port_for_two_things_is_refused() throws Exception {
    ports.set(1, ports.get(0));
    assertThat(failure(up(cassandra()))).contains("--port").contains("--admin-port");
  }

  @Test
  void a_server_that_ends_at_its_start_is_named_with_reason_and_log() throws Exception {
    StandIns.breakDelivery(directory.resolve("root"));
    assertThat(failure(up(cassandra())))
        .contains("delivery ended at its start (exit status 1)")
        .contains("io.breakwater.delivery.DeliveryMain")
        .contains(directory.resolve("data/logs/delivery.log").toString());
  }

  @Test
  void a_cassandra_that_does_not_answer_is_named() throws Exception {
    String nobody = "127.0.0.1:" + Ports.free(LOCAL);
    assertThat(failure(up(nobody))).contains("no Cassandra answers CQL at " + nobody);
  }

  private static String cassandra() {
    return HostPort.text(TestCassandra.shared().contactPoint());
  }

  private BufferedReader up(String cassandra, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "up",
                "--data=" + directory.resolve("data"),
                "--cassandra=" + cassandra,
                "--port=" + ports.get(0),
                "--admin-port=" + ports.get(1),
                "--delivery-port=" + ports.get(2),
                "--delivery-admin-port=" + ports.get(3)));
    arguments.addAll(List.of(more));
    Process up = command(arguments.toArray(String[]::new));
    started.add(up);
    return up.inputReader();
  }

  private Process command(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dbreakwater.root=" + directory.resolve("root"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Matcher await(BufferedReader lines, Pattern pattern) throws IOException {
    List<String> seen = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      seen.add(line);
      Matcher matcher = pattern.matcher(line);
      if (matcher.matches()) {
        return matcher;
      }
    }
    throw new AssertionError("no line like " + pattern + " in " + seen);
  }

  /** The line with which the latest {@code up} failed. */
  private String failure(BufferedReader lines) throws Exception {
    Matcher line = await(lines, Pattern.compile("breakwater: (.*)"));
    assertThat(lines.readLine()).as("a further line").isNull();
    assertThat(started.getLast().waitFor()).isEqualTo(1);
    return line.group(1);
  }

  private String log(String process) throws IOException {
    return Files.readString(directory.resolve("data/logs/" + process + ".log"));
  }

  private long pid(String process) throws IOException {
    return Long.parseLong(
        Files.readString(directory.resolve("data/run/" + process + ".pid")).strip());
  }
}
