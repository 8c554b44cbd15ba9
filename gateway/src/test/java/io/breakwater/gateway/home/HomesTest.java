package io.breakwater.gateway.home;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Users and their homes by the newest view. */
final class HomesTest {
  private final SplittableRandom random = new SplittableRandom(3);
  private final Homes homes = new Homes();

  private static View view(long number, long... members) {
    LinkedHashMap<IncarnationId, NodeAddress> addresses = new LinkedHashMap<>();
    for (long member : members) {
      addresses.put(new IncarnationId(0, member), new NodeAddress("delivery-" + member, 7410));
    }
    return new View(number, addresses);
  }

  private UserId user() {
    return new UserId(random.nextLong(), random.nextLong());
  }

  private List<UserId> users(int count) {
    List<UserId> users = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      users.add(user());
    }
    return users;
  }

  private void isAt(UserId user, long member) {
    assertThat(homes.homeOf(user)).contains(new IncarnationId(0, member));
  }

  @Test
  void knows_no_home_before_a_view() {
    assertThat(homes.homeOf(user())).isEmpty();
    assertThat(homes.learn(View.NONE)).isFalse();
    assertThat(homes.homeOf(user())).isEmpty();
    assertThat(homes.view().isKnown()).isFalse();
  }

  @Test
  void has_one_home_for_everybody_with_one_member() {
    assertThat(homes.learn(view(1, 5))).isTrue();
    assertThat(users(100)).allSatisfy(user -> isAt(user, 5));
  }

  @Test
  void ignores_views_that_are_not_newer() {
    homes.learn(view(7, 5));
    assertThat(homes.learn(view(7, 6))).isFalse();
    assertThat(homes.learn(view(6, 6))).isFalse();
    isAt(user(), 5);

    // Numbers are unsigned.
    assertThat(homes.learn(view(-1, 6))).isTrue();
    assertThat(homes.learn(view(8, 5))).isFalse();
    isAt(user(), 6);
    assertThat(homes.view().number()).isEqualTo(-1);
  }

  @Test
  void agrees_with_others_whatever_the_order_of_the_members() {
    Homes others = new Homes();
    homes.learn(view(1, 1, 2, 3, 4, 5));
    others.learn(view(1, 5, 3, 4, 2, 1));
    assertThat(users(1_000))
        .allSatisfy(user -> assertThat(others.homeOf(user)).isEqualTo(homes.homeOf(user)));
  }

  @Test
  void moves_only_the_users_of_a_member_that_leaves() {
    Homes after = new Homes();
    homes.learn(view(1, 1, 2, 3, 4));
    after.learn(view(2, 1, 2, 3));
    assertThat(users(1_000))
        .filteredOn(user -> homes.homeOf(user).orElseThrow().low() != 4)
        .hasSizeBetween(650, 850)
        .allSatisfy(user -> assertThat(after.homeOf(user)).isEqualTo(homes.homeOf(user)));
  }
}
