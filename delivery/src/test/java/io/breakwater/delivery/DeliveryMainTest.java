package io.breakwater.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.testing.FreePorts;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore.View;
import io.breakwater.storage.cassandra.CassandraConfig;
import io.breakwater.storage.cassandra.CassandraStorage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as a supervisor sees it: environment in, exit code and a line out. */
final class DeliveryMainTest {
  @TempDir private Path directory = Path.of("");

  /** Runs until it ends; without a Cassandra it would wait for one. */
  private int run(Map<String, String> environment) throws IOException, InterruptedException {
    return run(DeliveryMain.class, environment);
  }

  private int run(Class<?> main, Map<String, String> environment)
      throws IOException, InterruptedException {
    return end(start(main, environment));
  }

  private static int end(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(Map<String, String> environment) throws IOException {
    return start(DeliveryMain.class, environment);
  }

  private Process start(Class<?> main, Map<String, String> environment) throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "5a".repeat(32));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName());
    builder.environment().put("BREAKWATER_CLUSTER_SECRET_FILE", secret.toString());
    builder.environment().put("BREAKWATER_CASSANDRA_CONTACT_POINTS", "127.0.0.1:1");
    builder.environment().put("BREAKWATER_DELIVERY_ADMIN", "127.0.0.1:0");
    builder.environment().putAll(environment);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output").toFile())
        .start();
  }

  private String says() throws IOException {
    return Files.readString(directory.resolve("output"));
  }

  @Test
  void names_a_certificate_of_the_trunks_that_cannot_be_read() throws Exception {
    String absent = directory.resolve("absent").toString();
    int status =
        run(
            Map.of(
                "BREAKWATER_DELIVERY_TRUNK_TLS_CERTIFICATE", absent,
                "BREAKWATER_DELIVERY_TRUNK_TLS_KEY", absent,
                "BREAKWATER_DELIVERY_TRUNK_TLS_CA", absent));

    assertThat(status).isEqualTo(2);
    assertThat(says())
        .contains("trunk-tls certificate: " + absent + " (expected: a readable file)")
        .doesNotContain("\tat ");
  }

  @Test
  void a_sabotaged_one_says_so_and_refuses_what_it_does_not_know() throws Exception {
    assertThat(run(SabotagedMain.class, Map.of("BREAKWATER_SABOTAGE", "skip-lunch"))).isEqualTo(2);
    assertThat(says())
        .contains("sabotage: 'skip-lunch' (expected: one of ack-before-durable, ")
        .doesNotContain("\tat ");

    run(
        SabotagedMain.class,
        Map.of(
            "BREAKWATER_SABOTAGE", "skip-recovery",
            "BREAKWATER_DELIVERY_TRUNK_TLS_CA", "/run/ca.crt"));
    assertThat(says()).contains("sabotaged on purpose, for tests only: skip-recovery");
  }

  @Test
  void needs_all_files_of_the_trunks_tls_or_none() throws Exception {
    assertThat(run(Map.of("BREAKWATER_DELIVERY_TRUNK_TLS_CA", "/run/ca.crt"))).isEqualTo(2);
    assertThat(says())
        .contains("incomplete (expected: CERTIFICATE, KEY and CA together)")
        .doesNotContain("\tat ");
  }

  /**
   * A member that nobody sees and that does not beat is removed, and recovered, which takes a
   * while.
   */
  @Test
  void a_node_that_is_told_to_stop_before_it_is_ready_leaves_nothing_behind() throws Exception {
    CassandraConfig cassandra =
        CassandraConfig.forOneMachine(TestCassandra.shared().contactPoint(), "early");
    IncarnationId silent = new IncarnationId(9, 9);
    try (ServerSocket silence = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        CassandraStorage storage =
            CassandraStorage.connect(
                cassandra, StorageLayout.forOneMachine(), new SimpleMeterRegistry())) {
      join(storage.incarnations().register(silent, address(silence), 1, 1_000));
      join(storage.views().change(new View(1, List.of(silent), List.of(), 0)));
      Process node =
          start(
              Map.of(
                  "BREAKWATER_DELIVERY_LISTEN",
                  "127.0.0.1:" + FreePorts.forTrunks(),
                  "BREAKWATER_CASSANDRA_KEYSPACE",
                  "early",
                  "BREAKWATER_CASSANDRA_CONTACT_POINTS",
                  text(cassandra)));
      try {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> !join(storage.views().peek()).orElseThrow().members().contains(silent));
        node.destroy();
      } finally {
        // It is given its time to stop.
        end(node);
      }
      assertThat(says())
          .doesNotContain("delivery is ready")
          .containsAnyOf("settled: nothing to recover", "not all is");
    }
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static String address(ServerSocket socket) {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  private static String text(CassandraConfig cassandra) {
    InetSocketAddress contact = cassandra.contactPoints().getFirst();
    return contact.getHostString() + ':' + contact.getPort();
  }
}
