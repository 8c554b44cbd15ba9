package io.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Arguments that make no sense end the command before it does anything. */
final class ArgumentsTest {
  private final StringWriter said = new StringWriter();

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setErr(new PrintWriter(said, true));
    command.setOut(new PrintWriter(said, true));
    return command.execute(arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--port=99999 | --port: 99999 (expected: 1..65535)",
        "--port=0 | --port: 0 (expected: 1..65535)",
        "--tls-port=-1 | --tls-port: -1 (expected: 1..65535)",
        "--admin-port=0 | --admin-port: 0 (expected: 1..65535)",
        "--delivery-port=65536 | --delivery-port: 65536 (expected: 1..65535)",
        "--delivery-admin-port=0 | --delivery-admin-port: 0 (expected: 1..65535)",
        "--cassandra-port=0 | --cassandra-port: 0 (expected: 1..65535)",
        "--cassandra-storage-port=0 | --cassandra-storage-port: 0 (expected: 1..65535)",
        "--port=x | --port': 'x' is not an int",
        "--address=foo | --address: 'foo' (expected: an IP address",
        "--address=localhost | --address: 'localhost' (expected: an IP address",
        "--cassandra=foo | 'foo' (expected: host:port",
        "--cassandra=foo:0 | 'foo:0' (expected: host:port",
        "--cassandra=foo:70000 | 'foo:70000' (expected: host:port",
        "--cassandra=:9042 | ':9042' (expected: host:port",
        "--keyspace=a b | --keyspace: 'a b' (expected: 1 to 48 of a-z, 0-9 and '_'",
        "--keyspace=1a | --keyspace: '1a' (expected: 1 to 48",
        "--keyspace=a2345678901234567890123456789012345678901234567890 | expected: 1 to 48",
        "--datacenter= | --datacenter: '' (expected: a name)",
        "--replication=0 | --replication: 0 (expected: at least 1 replicas)",
        "--cassandra-heap=1 | --cassandra-heap: 1 (expected: at least 256 MiB)",
        "--delivery-heap=127 | --delivery-heap: 127 (expected: at least 128 MiB)",
        "--gateway-heap=-5 | --gateway-heap: -5 (expected: at least 128 MiB)",
        "--commitlog-sync=never | --commitlog-sync'",
        "--nothing | Unknown option: '--nothing'",
      })
  void up_names_the_value_and_what_was_expected(String option, String line) {
    assertThat(run("up", "--data=/dev/null/nowhere", option)).isEqualTo(2);
    assertThat(said.toString().lines()).singleElement().asString().contains(line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--rate=-3 | --rate: -3.0 (expected: 0..1000000000",
        "--rate=NaN | --rate: NaN (expected: 0..1000000000",
        "--rate=Infinity | --rate: Infinity (expected: 0..1000000000",
        "--wait=-1 | --wait: -1 (expected: 1..31536000 s)",
        "--wait=9223372036854775807 | --wait: 9223372036854775807 (expected: 1..31536000 s)",
        "--timeout=-1 | --timeout: -1 (expected: 1..31536000 s)",
        "--receive=-1 | --receive: -1 (expected: at least 1)",
        "--receive=0 | --receive: 0 (expected: at least 1)",
        "--connect=foo | --connect: foo (expected: host:port, port 1..65535)",
        "--connect=foo:0 | --connect: foo:0 (expected: host:port, port 1..65535)",
        "--connect=foo:x | --connect: foo:x (expected: host:port, port 1..65535)",
        "--device=../x | --device: ../x (expected: 1 to 32",
        "--sign-out=../x | --sign-out: ../x (expected: 1 to 32",
        "--to=Bob! | --to: Bob! (expected: 3 to 32",
      })
  void chat_names_the_value_and_what_was_expected(String option, String line) {
    assertThat(run("chat", "alice", "--data=/dev/null/nowhere", option)).isEqualTo(2);
    assertThat(said.toString().lines()).singleElement().asString().contains(line);
  }

  @Test
  void the_help_names_every_command() {
    assertThat(run("--help")).isZero();
    assertThat(said.toString()).contains("  up ", "  chat ", "  prove ", "  bench ");
  }

  @Test
  void no_command_is_one_line() {
    assertThat(run()).isEqualTo(2);
    assertThat(said.toString().lines()).singleElement().asString().contains("up");
  }
}
