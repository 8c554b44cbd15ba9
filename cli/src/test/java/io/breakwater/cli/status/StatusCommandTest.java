package io.breakwater.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cli.process.Ports;
import io.breakwater.common.admin.AdminServer;
import io.breakwater.common.admin.Readiness;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** This process stands for a server: it has a real admin port. */
final class StatusCommandTest {
  private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");

  @TempDir private Path directory = Path.of("");
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Readiness readiness = new Readiness();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private AdminServer server;

  @BeforeEach
  void start() throws IOException {
    Files.createDirectories(directory.resolve("run"));
    server =
        AdminServer.start(
            new InetSocketAddress(LOCAL, 0), metrics, readiness, () -> true, List.of());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int status(String... more) {
    CommandLine command =
        new CommandLine(new StatusCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    String[] arguments = new String[more.length + 1];
    arguments[0] = "--data=" + directory;
    System.arraycopy(more, 0, arguments, 1, more.length);
    return command.execute(arguments);
  }

  private void running(RunFile.Entry... processes) throws IOException {
    new RunFile(List.of(processes)).write(directory.resolve("run"));
  }

  private RunFile.Entry delivery(String name) {
    return new RunFile.Entry(
        name, RunFile.Kind.DELIVERY, "127.0.0.1:7410", "127.0.0.1:" + server.port(), "x.log");
  }

  /** The pid file of this process, as if its supervisor had written it. */
  private void runsAs(String name) throws IOException {
    Path file = directory.resolve("run/" + name + ".pid");
    Files.writeString(file, ProcessHandle.current().pid() + "\n");
    Files.setLastModifiedTime(
        file, FileTime.from(ProcessHandle.current().info().startInstant().orElseThrow()));
  }

  @Test
  void a_server_that_is_ready_is_shown_with_its_meters() throws Exception {
    Gauge.builder("breakwater.delivery.sessions", () -> 42).register(metrics);
    Gauge.builder("breakwater.delivery.shards", () -> 4096)
        .tag("standing", "home")
        .register(metrics);
    readiness.ready();
    running(delivery("delivery"));
    runsAs("delivery");

    assertThat(status()).isZero();
    assertThat(out.toString())
        .containsPattern(
            "delivery +%d +127\\.0\\.0\\.1:7410 +ready +- +- +4096 +- +42 +-"
                .formatted(ProcessHandle.current().pid()));
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void a_server_that_is_not_ready_is_shown_with_its_own_words_and_meters() throws Exception {
    Gauge.builder("breakwater.delivery.sessions", () -> 42).register(metrics);
    readiness.notReady("Cassandra is away");
    running(delivery("delivery"));
    runsAs("delivery");

    assertThat(status()).isEqualTo(1);
    assertThat(out.toString())
        .contains("delivery is not ready: Cassandra is away; log x.log")
        .contains(" 42 ");
  }

  @Test
  void one_of_two_that_has_ended_is_shown_as_such() throws Exception {
    readiness.ready();
    running(delivery("delivery-1"), delivery("delivery-2"));
    runsAs("delivery-1");

    assertThat(status("--json")).isEqualTo(1);
    assertThat(out.toString()).contains("\"not running\"").contains("\"ready\" : false");
  }

  @Test
  void a_cassandra_of_somebody_else_is_asked_without_a_pid() throws Exception {
    String nobody = "127.0.0.1:" + Ports.free(LOCAL);
    readiness.ready();
    running(
        new RunFile.Entry(nobody, RunFile.Kind.CASSANDRA, nobody, nobody, ""),
        delivery("delivery"));
    runsAs("delivery");

    assertThat(status()).isEqualTo(1);
    assertThat(out.toString())
        .contains(nobody + " is not ready: no CQL answer at " + nobody + "\n");
  }

  @Test
  void where_nothing_runs_it_says_so() {
    assertThat(status()).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .isEqualTo(
            "breakwater: nothing runs in %s: start it with ./breakwater up%n".formatted(directory));
  }

  @Test
  void what_a_killed_up_left_does_not_run() throws Exception {
    running(delivery("delivery"));

    assertThat(status("--json")).isEqualTo(2);
    assertThat(out.toString()).contains("\"ready\" : false").contains("\"processes\" : [ ]");
  }
}
