package io.breakwater.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import org.junit.jupiter.api.Test;

/** When an event loop asks sessions to go, and how many; virtual time. */
final class RebalancingTest {
  private static final IncarnationId NODE = new IncarnationId(1, 1);
  private static final IncarnationId OTHER = new IncarnationId(2, 2);
  private static final double PLENTY = 1;

  private final Rebalancing rebalancing = new Rebalancing(1, 0);
  private long nowMs;

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
      rebalancing.heard(NODE, gateways, sessions, nowMs);
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
    rebalancing.heard(NODE, 2, 10_000, 0);
    steps(5, 10_000, 5_000, 0.02);
    rebalancing.heard(NODE, 2, 10_000, nowMs);
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
      rebalancing.heard(OTHER, 2, 19_000, nowMs);
      assertThat(told(1, 2, 10_000, 10_000)).isZero();
    }
    rebalancing.lost(OTHER);
    assertThat(told(10, 2, 10_000, 10_000)).isPositive();
  }

  @Test
  void nothing_is_made_up_for_when_the_loop_was_stuck() {
    told(10, 2, 10_000, 10_000);
    nowMs += 60_000;
    rebalancing.heard(NODE, 2, 10_000, nowMs);
    assertThat(steps(1, 10_000, 5_000, PLENTY)).isLessThanOrEqualTo(101);
  }

  @Test
  void it_can_be_switched_off() {
    Rebalancing off = new Rebalancing(0, 0);
    for (nowMs = 0; nowMs < 60_000; nowMs += 1_000) {
      off.heard(NODE, 2, 10_000, nowMs);
      assertThat(off.step(10_000, 5_000, PLENTY, nowMs)).isZero();
    }
  }
}
