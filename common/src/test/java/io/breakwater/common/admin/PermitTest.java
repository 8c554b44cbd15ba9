package io.breakwater.common.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may change something at an admin port that listens for others, too. */
final class PermitTest {
  private static Permit of(String from, String to) {
    return Permit.of(
        new Permit.Request(
            InetAddress.ofLiteral(from), InetAddress.ofLiteral(to), Optional.of("ann"), false));
  }

  @Test
  void who_is_on_this_machine_may_whatever_its_address() {
    assertThat(of("127.0.0.1", "127.0.0.1")).isEqualTo(new Permit.Granted("ann from 127.0.0.1"));
    assertThat(of("127.0.0.1", "127.0.0.2")).isInstanceOf(Permit.Granted.class);
    assertThat(of("192.0.2.7", "192.0.2.7")).isEqualTo(new Permit.Granted("ann from 192.0.2.7"));
    assertThat(of("::1", "::1")).isInstanceOf(Permit.Granted.class);
  }

  @Test
  void who_is_on_another_machine_may_not() {
    assertThat(of("192.0.2.8", "192.0.2.7"))
        .isEqualTo(new Permit.Denied("from 192.0.2.8 (expected: from this machine)"));
  }
}
