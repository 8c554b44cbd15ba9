package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

final class HostsTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void a_line_has_name_address_and_what_is_put_in_front_of_the_command() {
    Hosts hosts =
        Hosts.parse(
            List.of(
                "# a comment",
                "",
                "  delivery-2   10.1.0.12  nsenter --net=/run/netns/d2  ",
                "gateway 10.1.0.21"));
    assertThat(hosts.byName()).hasSize(2);
    assertThat(hosts.of("delivery-2"))
        .hasValue(
            new Hosts.Host(
                InetAddress.ofLiteral("10.1.0.12"), List.of("nsenter", "--net=/run/netns/d2")));
    assertThat(hosts.of("gateway"))
        .hasValue(new Hosts.Host(InetAddress.ofLiteral("10.1.0.21"), List.of()));
    assertThat(hosts.of("delivery-1")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gateway               | line 2: 'gateway' (expected: NAME ADDRESS [COMMAND...])
          router 10.1.0.1       | line 2: 'router' (expected: gateway, delivery or cassandra, with -1 to -9 if there are more)
          gateway-0 10.1.0.1    | line 2: 'gateway-0' (expected: gateway, delivery or cassandra, with -1 to -9 if there are more)
          gateway localhost     | line 2: 'localhost' (expected: an IPv4 address)
          gateway ::1           | line 2: '::1' (expected: an IPv4 address)
          delivery 10.1.0.9     | line 2: 'delivery' (expected: one line for each server)
          """)
  void a_bad_line_is_named_with_what_was_expected(String line, String problem) {
    assertThatThrownBy(() -> Hosts.parse(List.of("delivery 10.1.0.1", line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(problem);
  }

  @Test
  void a_file_is_named_with_its_problem() throws IOException {
    Path file = Files.writeString(directory.resolve("hosts"), "delivery nowhere\n");
    assertThatThrownBy(() -> new Hosts.Reader().convert(file.toString()))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(file + ", line 1: 'nowhere' (expected: an IPv4 address)");
    assertThatThrownBy(() -> new Hosts.Reader().convert(directory.resolve("none").toString()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("cannot read the --hosts file")
        .hasMessageContaining("none");
  }
}
