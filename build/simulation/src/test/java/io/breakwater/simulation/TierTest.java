package io.breakwater.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * A hundred gateways and twenty nodes under a tenth of the burst of {@code telegram-2021-10-04}: five
 * times as many people as before, more than Cassandra has time for.
 */
final class TierTest {
  private static final double CALM_S = 15;
  private static final double SETTLED_S = CALM_S + 20;
  private static final int PEOPLE_S = (int) SETTLED_S;

  private final Size size = Size.TENTH;

  private Tier tier(double burstS) {
    return new Tier(size, Crowd.telegram(size.divisor(), CALM_S, burstS));
  }

  /** What is left for sign-ups where Cassandra does nothing but work. */
  private double free(Tier tier) {
    double messages = Span.of(tier, 5, CALM_S).mean(second -> second.sent);
    double workMs = 1_000 * size.machines() * size.cores() / 3 - messages * Costs.MESSAGE_WORK_MS;
    return workMs / (Costs.ACCOUNT_WORK_MS + Costs.CONDITIONAL_WORK_MS);
  }

  @Test
  void sends_stay_as_they_were_and_sign_ups_get_the_rest_evenly() {
    Tier tier = tier(100);
    tier.runUntil(CALM_S + 100);

    Span calm = Span.of(tier, 5, CALM_S);
    Span settled = Span.of(tier, SETTLED_S, CALM_S + 100);
    assertThat(settled.delayMean()).isLessThan(1.35 * calm.delayMean());
    // It is the mean that is steered; Cassandra has nine tenths of its time taken.
    assertThat(settled.delayHigh()).isLessThan(2.2 * calm.delayHigh());
    assertThat(settled.served()).isBetween(0.7 * free(tier), free(tier));
    // No oscillation.
    assertThat(settled.unevenness()).isLessThan(0.1);
    assertThat(settled.most(second -> second.saturated)).isLessThan(0.1 * size.nodes());
    assertThat(settled.most(second -> second.shed + second.refused)).isZero();
  }

  @Test
  void who_comes_first_is_served_first_whatever_gateway_it_came_to() {
    Tier tier = tier(100);
    tier.runUntil(CALM_S + 100);

    assertThat(Span.of(tier, SETTLED_S, CALM_S + 100).aheadHigh()).isLessThan(2_500);
    for (int came = (int) CALM_S; came < PEOPLE_S + 20; came++) {
      // Until nodes have found how many they may let in, they let in too many, from short lines.
      int mostMs = came < CALM_S + 10 ? 7_000 : 4_000;
      assertThat(tier.spreadMs(came, 0.025, 0.975))
          .as("came in second %d", came)
          .isLessThan(mostMs);
    }
    assertThat(tier.estimateError()).isLessThan(0.3);
  }

  @Test
  void when_the_burst_is_over_the_line_ends_and_all_is_as_before() {
    Tier tier = tier(15);
    tier.runUntil(CALM_S + 68);

    Span calm = Span.of(tier, 5, CALM_S);
    Span after = Span.of(tier, CALM_S + 58, CALM_S + 68);
    assertThat(after.most(second -> second.line)).isLessThan(20);
    assertThat(after.delayHigh()).isLessThan(1.2 * calm.delayHigh());
    assertThat(after.served()).isBetween(0.9 * calm.served(), 1.1 * calm.served());
  }

  @Test
  void a_tenth_of_the_nodes_that_is_killed_costs_nothing_for_long() {
    Tier tier = tier(70);
    tier.at(50, () -> tier.killNodes(size.nodes() / 10));
    tier.runUntil(CALM_S + 70);

    assertRecovered(tier, 50, 55);
  }

  @Test
  void a_tenth_of_the_nodes_that_falls_silent_costs_nothing_for_long() {
    Tier tier = tier(70);
    tier.at(50, () -> tier.silenceNodes(size.nodes() / 10));
    tier.runUntil(CALM_S + 70);

    assertRecovered(tier, 50, 55);
  }

  @Test
  void what_dead_gateways_were_granted_is_used_by_others_within_half_a_second() {
    Tier tier = tier(60);
    tier.at(53, () -> tier.killGateways(size.gateways() / 10));
    tier.runUntil(CALM_S + 60);

    double before = tier.tenths.subList(515, 530).stream().mapToInt(each -> each).average().orElse(0);
    double after = tier.tenths.subList(535, 555).stream().mapToInt(each -> each).average().orElse(0);
    assertThat(after).isGreaterThan(0.85 * before);
    assertRecovered(tier, 53, 55);
    // Whoever comes back with a ticket has its place.
    assertThat(tier.spreadMs(30, 0.01, 0.99)).isLessThan(20_000);
  }

  private static void assertRecovered(Tier tier, int lostS, int untilS) {
    Span before = Span.of(tier, lostS - 10, lostS);
    Span after = Span.of(tier, untilS, untilS + 20);
    assertThat(after.served()).isGreaterThan(0.9 * before.served());
    assertThat(after.delayMean()).isLessThan(1.25 * before.delayMean());
  }
}
