package io.breakwater.gateway.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Addresses as they stand in configurations and views. */
final class NodeAddressTest {
  @Test
  void reads_addresses_and_says_what_is_wrong_with_others() {
    assertThat(NodeAddress.parse("localhost:7410")).isEqualTo(new NodeAddress("localhost", 7410));
    assertThat(NodeAddress.parse("[::1]:7410")).hasToString("[::1]:7410");
    for (String wrong : List.of("localhost", ":7410", "a:b", "a:70000", "a:-1", "")) {
      assertThatThrownBy(() -> NodeAddress.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(expected: host:port)");
    }
  }

  @Test
  void finds_all_that_a_name_stands_for() throws Exception {
    assertThat(NodeAddress.parse("127.0.0.1:7410").resolveAll())
        .singleElement()
        .satisfies(address -> assertThat(address.getPort()).isEqualTo(7410))
        .satisfies(address -> assertThat(address.isUnresolved()).isFalse());
  }
}
