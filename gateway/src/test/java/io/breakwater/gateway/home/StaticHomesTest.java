package io.breakwater.gateway.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.common.id.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Users and their homes on a fixed list of nodes. */
final class StaticHomesTest {
  private final SplittableRandom random = new SplittableRandom(3);

  private static List<NodeAddress> nodes(int count) {
    List<NodeAddress> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new NodeAddress("delivery-" + i, 7410));
    }
    return nodes;
  }

  private UserId user() {
    return new UserId(random.nextLong(), random.nextLong());
  }

  @Test
  void has_one_home_for_everybody_with_one_node() {
    Homes homes = new StaticHomes(nodes(1));
    assertThat(homes.nodeOf(user())).isZero();
  }

  @Test
  void agrees_whatever_the_order_of_the_list() {
    List<NodeAddress> there = nodes(5);
    List<NodeAddress> back = there.reversed();
    Homes homes = new StaticHomes(there);
    Homes others = new StaticHomes(back);
    for (int i = 0; i < 1_000; i++) {
      UserId user = user();
      assertThat(there.get(homes.nodeOf(user))).isEqualTo(back.get(others.nodeOf(user)));
    }
  }

  @Test
  void spreads_users_evenly() {
    Homes homes = new StaticHomes(nodes(4));
    int[] users = new int[4];
    for (int i = 0; i < 40_000; i++) {
      users[homes.nodeOf(user())]++;
    }
    for (int count : users) {
      assertThat(count).isBetween(9_000, 11_000);
    }
  }

  @Test
  void moves_only_the_users_of_a_node_that_leaves() {
    Homes before = new StaticHomes(nodes(4));
    Homes after = new StaticHomes(nodes(3));
    for (int i = 0; i < 1_000; i++) {
      UserId user = user();
      if (before.nodeOf(user) < 3) {
        assertThat(after.nodeOf(user)).isEqualTo(before.nodeOf(user));
      }
    }
  }

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
}
