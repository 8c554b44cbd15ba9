package io.breakwater.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.membership.Cluster;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.storage.ViewStore.View;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HomePageTest {
  private static final IncarnationId HERE = new IncarnationId(1, 2);
  private static final UserId USER = new UserId(0x0123_4567_89ab_cdefL, 0xfedc_ba98_7654_3210L);

  @Test
  void the_home_of_a_user_is_told_with_its_shard_and_view() {
    Standings standings =
        new Standings(HERE, Cluster.of(new View(5, List.of(HERE), List.of(), 0), List.of()));

    assertThat(HomePage.of(standings, USER).lines())
        .containsExactly(
            "user 0123456789abcdeffedcba9876543210",
            "shard " + Shard.of(USER).number(),
            "view 5",
            "home " + HERE,
            "here home");
  }

  @Test
  void a_node_without_a_view_knows_no_home() {
    assertThat(HomePage.of(null, Optional.of("user=" + USER)).lines())
        .contains("home unknown", "here away");
  }

  @Test
  void a_query_without_a_user_is_told_what_was_expected() {
    for (Optional<String> query :
        List.of(Optional.<String>empty(), Optional.of("user"), Optional.of("user=12"))) {
      assertThatThrownBy(() -> HomePage.of(null, query))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected: ")
          .hasMessageContaining("32 hexadecimal digits");
    }
  }
}
