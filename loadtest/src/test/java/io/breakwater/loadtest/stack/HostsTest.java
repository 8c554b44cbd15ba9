package io.breakwater.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HostsTest {
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("10.1.0.12");

  @Test
  void a_server_that_is_not_named_is_at_its_usual_address() {
    Hosts hosts = new Hosts(Map.of("delivery-2", new Hosts.Host(ELSEWHERE, List.of("env", "A=1"))));

    assertThat(hosts.address("delivery-2", 2)).isEqualTo(ELSEWHERE);
    assertThat(hosts.address("delivery-3", 3)).isEqualTo(InetAddress.ofLiteral("127.0.0.3"));
    assertThat(hosts.lines()).containsExactly("delivery-2 10.1.0.12 env A=1");
  }

  @Test
  void words_come_after_those_that_are_there() {
    Hosts hosts =
        new Hosts(Map.of("delivery-2", new Hosts.Host(ELSEWHERE, List.of("nsenter"))))
            .wrapping("delivery-2", 2, List.of("env", "A=1"))
            .wrapping("gateway-1", 1, List.of("nice"));

    assertThat(hosts.lines())
        .containsExactly("delivery-2 10.1.0.12 nsenter env A=1", "gateway-1 127.0.0.1 nice");
  }
}
