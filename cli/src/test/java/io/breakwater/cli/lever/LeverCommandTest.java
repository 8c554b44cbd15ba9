package io.breakwater.cli.lever;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cli.process.Ports;
import io.breakwater.cli.status.RunFile;
import io.breakwater.common.admin.AdminServer;
import io.breakwater.common.admin.Readiness;
import io.breakwater.common.lever.Lever;
import io.breakwater.common.lever.LeverPage;
import io.breakwater.common.lever.Levers;
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
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** This process stands for three servers: each has a real admin port, and levers. */
final class LeverCommandTest {
  private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");

  @TempDir private Path directory = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Levers delivery = new Levers(() -> Instant.EPOCH);
  private final Lever<Double> share = delivery.add(Lever.number("share", "", 0, 0.9, 0.25));
  private final Levers first = new Levers(() -> Instant.EPOCH);
  private final Lever<Integer> firstPlaces = first.add(places());
  private final Levers second = new Levers(() -> Instant.EPOCH);
  private final Lever<Integer> secondPlaces = second.add(places());
  private List<AdminServer> servers = List.of();

  private static Lever<Integer> places() {
    return Lever.whole("line.places", "sign-ups", 1, 1_000, 100);
  }

  @BeforeEach
  void start() throws IOException {
    Files.createDirectories(directory.resolve("run"));
    servers = List.of(server(delivery), server(first), server(second));
    runs(
        entry("delivery", RunFile.Kind.DELIVERY, servers.get(0).port()),
        entry("gateway-1", RunFile.Kind.GATEWAY, servers.get(1).port()),
        entry("gateway-2", RunFile.Kind.GATEWAY, servers.get(2).port()));
    // The pid file of this process, as if its supervisor had written it.
    Path file = directory.resolve("run/delivery.pid");
    Files.writeString(file, ProcessHandle.current().pid() + "\n");
    Files.setLastModifiedTime(
        file, FileTime.from(ProcessHandle.current().info().startInstant().orElseThrow()));
  }

  private static AdminServer server(Levers levers) throws IOException {
    return AdminServer.start(
        new InetSocketAddress(LOCAL, 0),
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        new Readiness(),
        () -> true,
        List.of(LeverPage.of(levers)));
  }

  private static RunFile.Entry entry(String name, RunFile.Kind kind, int port) {
    return new RunFile.Entry(name, kind, "127.0.0.1:1", "127.0.0.1:" + port, "x.log");
  }

  private void runs(RunFile.Entry... processes) throws IOException {
    new RunFile(List.of(processes)).write(directory.resolve("run"));
  }

  @AfterEach
  void stop() {
    servers.forEach(AdminServer::close);
  }

  private int lever(String... arguments) {
    CommandLine command =
        new CommandLine(new LeverCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    String[] all = new String[arguments.length + 1];
    all[0] = "--data=" + directory;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return command.execute(all);
  }

  @Test
  void a_lever_is_moved_on_all_servers_that_have_it() {
    assertThat(lever("line.places=50")).as(err.toString()).isZero();
    assertThat(firstPlaces.value()).isEqualTo(50);
    assertThat(secondPlaces.value()).isEqualTo(50);
    assertThat(share.value()).isEqualTo(0.25);
    assertThat(out.toString())
        .isEqualTo("gateway-1\n  line.places: 100 -> 50\ngateway-2\n  line.places: 100 -> 50\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void one_server_alone_can_be_meant() {
    assertThat(lever("line.places=50", "--on=gateway-2")).isZero();
    assertThat(firstPlaces.value()).isEqualTo(100);
    assertThat(secondPlaces.value()).isEqualTo(50);
    assertThat(lever("line.places=50", "--on=gateway-7")).isEqualTo(2);
  }

  @Test
  void a_reset_is_of_one_lever_or_of_all() {
    assertThat(lever("line.places=50")).isZero();
    assertThat(lever("share=0.5")).isZero();
    assertThat(lever("line.places", "--reset")).isZero();
    assertThat(firstPlaces.value()).isEqualTo(100);
    assertThat(share.value()).isEqualTo(0.5);
    assertThat(lever("--reset")).isZero();
    assertThat(share.value()).isEqualTo(0.25);
    assertThat(lever("share=1", "--reset")).isEqualTo(2);
  }

  @Test
  void all_are_shown_or_one() {
    assertThat(lever()).isZero();
    assertThat(out.toString()).contains("delivery\n").contains("share").contains("line.places");
    assertThat(lever("share")).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void what_is_refused_is_said_in_the_words_of_the_server() {
    assertThat(lever("line.places=0")).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "breakwater: gateway-1: line.places: 0 (expected: 1..1000 sign-ups, or default)\n");
    assertThat(firstPlaces.value()).isEqualTo(100);
    assertThat(lever("speed=1")).isEqualTo(2);
    assertThat(err.toString()).contains("lever: speed (expected: one of share)");
  }

  @Test
  void a_server_that_does_not_answer_is_named_and_others_are_asked() throws Exception {
    runs(
        entry("delivery", RunFile.Kind.DELIVERY, servers.getFirst().port()),
        entry("gateway-1", RunFile.Kind.GATEWAY, Ports.free(LOCAL)),
        entry("gateway-2", RunFile.Kind.GATEWAY, servers.get(2).port()));
    assertThat(lever("line.places=50")).isEqualTo(1);
    assertThat(err.toString()).startsWith("breakwater: gateway-1: no answer at http://127.0.0.1:");
    assertThat(secondPlaces.value()).isEqualTo(50);
  }

  @Test
  void where_nothing_runs_it_says_so() throws Exception {
    Files.delete(directory.resolve("run/delivery.pid"));
    assertThat(lever("line.places=50")).isEqualTo(2);
    assertThat(err.toString()).startsWith("breakwater: nothing runs in ");
    assertThat(firstPlaces.value()).isEqualTo(100);
  }
}
