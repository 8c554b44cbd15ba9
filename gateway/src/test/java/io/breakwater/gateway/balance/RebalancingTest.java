package io.breakwater.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.proto.trunk.Spread;
import io.breakwater.proto.trunk.Tier;
import org.junit.jupiter.api.Test;

/** When an event loop asks sessions to go, and how many; virtual time. */
final class RebalancingTest {
  private static final IncarnationId NODE = new IncarnationId(1, 1);
  private static final IncarnationId OTHER = new IncarnationId(2, 2);
  private static final double PLENTY = 1;

  private int percent = 1;
  private final Rebalancing rebalancing = new Rebalancing(() -> percent, 0);
  private long nowMs;

  /** As a node of an earlier release says it. */
  private static Tier tier(long gateways, long sessions) {
    return Tier.newBuilder().setGateways((int) gateways).setSessions(sessions).build();
  }

  private static Tier tier(long gateways, long sessions, long fewest, long lacking, long takes) {
    return tier(gateways, sessions).toBuilder()
        .setSpread(Spread.newBuilder().setFewest(fewest).setLacking(lacking).setTakes(takes))
        .build();
  }

  /** For so many seconds; how many were asked. */
  private int told(int seconds, Tier tier, long own) {
    int asked = 0;
    for (int i = 0; i < seconds; i++) {
      rebalancing.heard(NODE, tier, nowMs);
      asked += steps(1, own, (int) own / 2, PLENTY);
    }
    return asked;
  }

  /** For so many seconds; how many were asked. */
  private int steps(int seconds, long own, int ofLoop, double takenPerMs) {
    int asked = 0;
    for (int i = 0; i < seconds; i++) {
      nowMs += 1_000;
      asked += rebalancing.step(own, ofLoop, takenPerMs, nowMs);
    }
    return asked;
  }

  private int told(int seconds, long gateways, long sessions, long own) {
    int asked = 0;
    for (int i = 0; i < seconds; i++) {
      rebalancing.heard(NODE, tier(gateways, sessions), nowMs);
      asked += steps(1, own, (int) own / 2, PLENTY);
    }
    return asked;
  }

  @Test
  void one_percent_of_the_loop_goes_in_a_second_while_the_gateway_has_more_than_others() {
    assertThat(told(5, 2, 10_000, 10_000)).isBetween(0, 50);
    assertThat(told(10, 2, 10_000, 10_000)).isBetween(495, 505);
  }

  @Test
  void no_more_go_than_half_of_what_can_be_taken() {
    rebalancing.heard(NODE, tier(2, 10_000), 0);
    steps(5, 10_000, 5_000, 0.02);
    rebalancing.heard(NODE, tier(2, 10_000), nowMs);
    assertThat(steps(5, 10_000, 5_000, 0.02)).isBetween(49, 51);
  }

  @Test
  void nobody_goes_without_another_gateway_or_figures_or_much_of_a_difference() {
    assertThat(steps(60, 10_000, 5_000, PLENTY)).isZero();
    assertThat(told(60, 1, 10_000, 10_000)).isZero();
    assertThat(told(60, 0, 0, 10_000)).isZero();
    assertThat(told(60, 2, 20_000, 11_000)).isZero();
    assertThat(told(60, 2, 20, 60)).isZero();
  }

  @Test
  void what_was_said_dies_within_seconds() {
    assertThat(told(10, 2, 10_000, 10_000)).isPositive();
    steps(4, 10_000, 5_000, PLENTY);
    assertThat(steps(60, 10_000, 5_000, PLENTY)).isZero();
  }

  @Test
  void a_gateway_that_is_above_for_a_moment_keeps_what_it_has() {
    for (int i = 0; i < 10; i++) {
      assertThat(told(3, 2, 10_000, 10_000)).isZero();
      assertThat(told(3, 2, 20_000, 10_000)).isZero();
    }
  }

  @Test
  void it_goes_on_until_it_is_near_the_mean_and_begins_only_far_from_it() {
    assertThat(told(10, 2, 10_000, 6_000)).isPositive();
    assertThat(told(10, 2, 10_000, 5_300)).isPositive();
    assertThat(told(1, 2, 10_000, 5_149)).isZero();
    assertThat(told(60, 2, 10_000, 5_400)).isZero();
  }

  @Test
  void of_nodes_that_differ_the_highest_mean_counts() {
    for (int i = 0; i < 20; i++) {
      rebalancing.heard(OTHER, tier(2, 19_000), nowMs);
      assertThat(told(1, 2, 10_000, 10_000)).isZero();
    }
    rebalancing.lost(OTHER);
    assertThat(told(10, 2, 10_000, 10_000)).isPositive();
  }

  @Test
  void nothing_is_made_up_for_when_the_loop_was_stuck() {
    told(10, 2, 10_000, 10_000);
    nowMs += 60_000;
    rebalancing.heard(NODE, tier(2, 10_000), nowMs);
    assertThat(steps(1, 10_000, 5_000, PLENTY)).isLessThanOrEqualTo(101);
  }

  @Test
  void it_can_be_switched_off() {
    Rebalancing off = new Rebalancing(() -> 0, 0);
    for (nowMs = 0; nowMs < 60_000; nowMs += 1_000) {
      off.heard(NODE, tier(2, 10_000), nowMs);
      assertThat(off.step(10_000, 5_000, PLENTY, nowMs)).isZero();
    }
  }

  @Test
  void the_share_that_goes_can_be_changed() {
    told(10, 2, 10_000, 10_000);
    percent = 4;
    assertThat(told(10, 2, 10_000, 10_000)).isBetween(1_980, 2_020);
    percent = 0;
    assertThat(told(10, 2, 10_000, 10_000)).isZero();
  }

  @Test
  void who_is_hardly_above_the_mean_sheds_if_some_gateway_is_far_below_it() {
    assertThat(told(60, tier(50, 500_000, 8_500, 1_500, 500), 10_300)).isZero();
    assertThat(told(10, tier(50, 490_000, 0, 9_800, 500), 10_000)).isPositive();
    // Until it lacks little, or there is nothing too many here.
    assertThat(told(10, tier(50, 500_000, 8_500, 1_500, 500), 10_200)).isPositive();
    assertThat(told(10, tier(50, 500_000, 9_100, 900, 500), 10_200)).isZero();
    assertThat(told(60, tier(50, 500_000, 0, 10_000, 500), 9_990)).isZero();
  }

  @Test
  void nobody_sheds_for_a_gateway_that_lacks_few() {
    assertThat(told(60, tier(50, 3_000, 0, 60, 500), 62)).isZero();
    assertThat(told(60, tier(50, 15_000, 200, 100, 500), 320)).isZero();
  }

  @Test
  void together_gateways_ask_no_more_than_half_of_what_can_be_taken_where_they_lack() {
    // A tenth of what lacks is too many here; the loop has half of the gateway's sessions.
    Tier tier = tier(11, 110_000, 0, 10_000, 200);
    told(5, tier, 11_000);
    assertThat(told(20, tier, 11_000)).isBetween(98, 102);
  }

  @Test
  void if_few_of_them_arrive_more_may_go() {
    long lacking = 10_000;
    told(5, tier(11, 110_000, 0, lacking, 200), 11_000);
    // A tenth of 100 a second arrives.
    int asked = 0;
    for (int i = 0; i < 30; i++) {
      lacking -= 10;
      asked = told(1, tier(11, 110_000, 10_000 - lacking, lacking, 200), 11_000);
    }
    assertThat(asked).isBetween(23, 27);
  }

  @Test
  void shedding_that_helps_nobody_pauses_for_twice_as_long_each_time() {
    Tier tier = tier(2, 10_000, 0, 5_000, 500);
    told(5, tier, 10_000);
    assertThat(told(25, tier, 10_000)).isPositive();
    assertThat(rebalancing.isFutile()).isTrue();
    assertThat(rebalancing.isShedding()).isFalse();
    for (int pause = 60; pause <= 240; pause *= 2) {
      assertThat(told(pause - 10, tier, 10_000)).isZero();
      assertThat(told(32, tier, 10_000)).isPositive();
      assertThat(rebalancing.isShedding()).isFalse();
      assertThat(rebalancing.isFutile()).isTrue();
    }
  }

  @Test
  void when_it_helps_again_it_goes_on_as_ever() {
    told(30, tier(2, 10_000, 0, 5_000, 500), 10_000);
    told(60, tier(2, 10_000, 0, 5_000, 500), 10_000);
    for (long moved = 0; moved < 3_000; moved += 100) {
      told(1, tier(2, 10_000, moved, 5_000 - moved, 500), 10_000 - moved);
    }
    assertThat(rebalancing.isShedding()).isTrue();
    assertThat(rebalancing.isFutile()).isFalse();
  }

  @Test
  void a_gateway_that_is_added_ends_the_pause() {
    told(40, tier(2, 10_000, 0, 5_000, 500), 10_000);
    assertThat(told(10, tier(2, 10_000, 0, 5_000, 500), 10_000)).isZero();
    assertThat(told(10, tier(3, 10_000, 0, 6_667, 500), 10_000)).isPositive();
  }

  @Test
  void a_pause_is_forgotten_when_there_is_nothing_to_shed_for_as_long() {
    told(40, tier(2, 10_000, 0, 5_000, 500), 10_000);
    told(50, tier(2, 10_000, 5_000, 0, 500), 5_000);
    assertThat(rebalancing.isFutile()).isTrue();
    told(20, tier(2, 10_000, 5_000, 0, 500), 5_000);
    assertThat(rebalancing.isFutile()).isFalse();
  }
}
