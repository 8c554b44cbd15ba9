package io.breakwater.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
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
}
