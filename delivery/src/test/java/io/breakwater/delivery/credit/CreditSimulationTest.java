package io.breakwater.delivery.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.priority.Priority;
import io.breakwater.delivery.credit.CreditWorld.Second;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the credits of a node come to, on virtual time. A node takes 20,000 messages or 833 sign-ups
 * a second; 5,000 messages a second are sent all the time, so that 625 sign-ups a second would fill
 * it, with queues that grow without end. Cassandra stands still for 30 ms each 7 s.
 *
 * <p>No oscillation: once settled, no five seconds differ from the mean of their minute by more
 * than a third in sign-ups, and no five from the target by more than a third in what sends take.
 */
final class CreditSimulationTest {
  private static final double SENDS = 5_000;
  private static final double FREE = 625;
  private static final int CALM_S = 30;
  private static final int SETTLED_S = 15;

  private final CreditWorld world = new CreditWorld(7);

  /** Calm for 30 s, and then so many times as many people as would fill the node. */
  private void surge(double factor) {
    world.sends = s -> SENDS;
    world.comers = s -> s < CALM_S ? 20 : FREE * factor;
  }

  private List<Second> from(int beginS) {
    return world.seconds.subList(beginS, world.seconds.size());
  }

  private static double meanMs(List<Second> seconds) {
    double sum = 0;
    long sent = 0;
    for (Second second : seconds) {
      sum += second.delayMs;
      sent += second.sent;
    }
    return sum / sent;
  }

  private static double signUps(List<Second> seconds) {
    return seconds.stream().mapToInt(second -> second.signedUp).average().orElse(0);
  }

  private double calmMs() {
    return meanMs(world.seconds.subList(10, CALM_S));
  }

  private CreditFigures figures() {
    return world.controller.figures((long) world.nowMs());
  }

  @ParameterizedTest(name = "{1} times, {0} gateways")
  @CsvSource({"1,1", "10,1", "50,1", "1,3", "10,3", "50,3", "200,3", "1,10", "10,10", "50,10"})
  void sends_stay_near_their_target_and_sign_ups_get_the_rest(int gateways, double factor) {
    world.openSome(gateways);
    surge(factor);
    world.runUntil(120);

    List<Second> settled = from(CALM_S + SETTLED_S);
    double target = figures().sendTargetMs();
    assertThat(figures().calmMs()).isBetween(0.9 * calmMs(), 1.1 * calmMs());
    assertThat(meanMs(settled)).isLessThan(1.1 * target);
    // At the target, and with fewer gateways nearer to it: half of the node is left, or more.
    assertThat(signUps(settled)).isGreaterThan(0.35 * FREE);
    for (int i = 0; i + 5 <= settled.size(); i++) {
      List<Second> five = settled.subList(i, i + 5);
      assertThat(signUps(five)).isBetween(signUps(settled) * 2 / 3, signUps(settled) * 4 / 3);
      assertThat(meanMs(five)).isLessThan(target * 4 / 3);
    }
    assertThat(world.trunks).allSatisfy(trunk -> assertThat(trunk.shed).isZero());
    assertThat(world.seconds).allSatisfy(second -> assertThat(second.refused).isZero());
  }

  @Test
  void while_cassandra_stands_still_no_pool_grows_and_all_goes_on_after_it() {
    world.openSome(10);
    surge(3);
    world.runUntil(60);
    double before = signUps(from(50));
    world.standStill(10_000);
    for (int second = 62; second <= 70; second++) {
      double sends = figures().of(Priority.SEND.number).pool();
      double signUps = figures().of(Priority.SIGN_UP.number).pool();
      world.runUntil(second);
      assertThat(figures().of(Priority.SEND.number).pool()).isLessThanOrEqualTo(sends);
      assertThat(figures().of(Priority.SIGN_UP.number).pool()).isLessThanOrEqualTo(signUps);
    }
    assertThat(figures().of(Priority.SIGN_UP.number).pool()).isLessThanOrEqualTo(1);
    assertThat(figures().of(Priority.SEND.number).pool()).isLessThan(1_000);
    world.runUntil(120);

    assertThat(signUps(from(110))).isGreaterThan(0.8 * before);
    assertThat(meanMs(from(75))).isLessThan(1.1 * figures().sendTargetMs());
    assertThat(figures().calmMs()).isBetween(0.9 * calmMs(), 1.1 * calmMs());
  }

  @Test
  void a_burst_of_a_hundred_times_costs_existing_users_a_moment() {
    world.openSome(20);
    world.sends = s -> SENDS;
    world.comers = s -> s >= CALM_S && s < CALM_S + 10 ? FREE * 100 : 20;
    world.runUntil(60);

    assertThat(meanMs(world.seconds.subList(CALM_S, CALM_S + 3))).isLessThan(2 * calmMs());
    assertThat(meanMs(from(CALM_S + 3))).isLessThan(1.1 * figures().sendTargetMs());
    assertThat(world.seconds).allSatisfy(second -> assertThat(second.refused).isZero());
  }

  @Test
  void who_comes_first_is_served_first_at_whatever_gateway() {
    world.openSome(10);
    surge(3);
    world.firstShare = 0.7;
    world.runUntil(120);

    assertThat(from(CALM_S))
        .allSatisfy(second -> assertThat(second.furthestAheadMs).isLessThan(3_000));
  }

  @Test
  void a_crowd_that_comes_to_one_gateway_at_once_is_served_before_who_comes_later_elsewhere() {
    world.openSome(10);
    world.sends = s -> SENDS;
    world.comers = s -> s < 40 ? 20 : FREE * 2;
    world.runUntil(CALM_S);
    for (int i = 0; i < 5_000; i++) {
      world.trunks.getFirst().line.add(world.nowMs() - 1);
    }
    world.runUntil(120);

    // How a line goes on behind its head is not known: at its end a few come too early.
    assertThat(from(CALM_S).stream().mapToInt(second -> second.jumped).sum()).isLessThan(20);
  }

  @Test
  void a_gateway_whose_clock_is_ahead_has_no_advantage_and_is_served() {
    world.openSome(5);
    SimulatedTrunk ahead = world.open(600_000L);
    surge(2);
    world.runUntil(120);

    assertThat(ahead.account.arrived(Priority.SIGN_UP.number)).isGreaterThan(1_000);
    assertThat(from(CALM_S + SETTLED_S))
        .allSatisfy(second -> assertThat(second.furthestAheadMs).isLessThan(10_000));
  }

  @Test
  void what_a_dead_trunk_was_granted_goes_to_others() {
    world.openSome(10);
    surge(3);
    world.runUntil(60);
    double before = signUps(from(50));
    for (int i = 0; i < 9; i++) {
      world.kill(world.trunks.getFirst());
    }
    world.runUntil(61);
    assertThat(figures().trunks()).isEqualTo(1);
    world.runUntil(90);

    assertThat(signUps(from(80))).isGreaterThan(0.8 * before);
    assertThat(meanMs(from(70))).isLessThan(1.1 * figures().sendTargetMs());
  }

  @Test
  void a_gateway_that_stands_in_line_and_falls_silent_holds_up_nobody() {
    world.openSome(10);
    surge(3);
    world.runUntil(60);
    double before = signUps(from(50));
    world.trunks.getFirst().isSilent = true;
    world.runUntil(90);

    assertThat(signUps(from(65))).isGreaterThan(0.8 * before);
  }

  @Test
  void a_gateway_that_asks_and_does_not_spend_holds_up_nobody_for_long() {
    world.openSome(10);
    surge(3);
    world.runUntil(60);
    double before = signUps(from(50));
    world.trunks.getFirst().isDeaf = true;
    world.runUntil(120);

    assertThat(signUps(from(65))).isGreaterThan(0.7 * before);
  }

  @Test
  void more_gateways_than_credits_all_get_on() {
    world.openSome(1_000);
    surge(3);
    world.runUntil(120);

    assertThat(world.trunks)
        .allSatisfy(
            trunk -> {
              assertThat(trunk.account.arrived(Priority.SEND.number)).isPositive();
              assertThat(trunk.account.arrived(Priority.SIGN_UP.number)).isPositive();
              assertThat(trunk.shed).isZero();
            });
    assertThat(meanMs(from(CALM_S + SETTLED_S))).isLessThan(1.1 * figures().sendTargetMs());
  }

  @Test
  void more_messages_than_a_node_can_take_are_held_back_and_it_loses_no_time() {
    world.openSome(10);
    world.comers = s -> 20;
    world.sends = s -> s < CALM_S || s >= 60 ? SENDS : 60_000;
    world.runUntil(100);

    List<Second> over = world.seconds.subList(CALM_S + 3, 60);
    assertThat(over.stream().mapToInt(second -> second.sent).average().orElse(0))
        .isGreaterThan(0.9 * 20_000);
    assertThat(meanMs(over)).isLessThan(1.3 * CreditAims.DEFAULT.sendsHeldBackMs());
    // Sign-ups have made room, but are not starved.
    assertThat(signUps(over)).isBetween(0.5, 60.0);
    // And when it is over all is as before.
    assertThat(meanMs(from(63))).isLessThan(1.2 * calmMs());
    assertThat(signUps(from(90))).isBetween(15.0, 30.0);
  }

  @Test
  void the_ladder_goes_up_in_a_surge_never_as_far_as_sends_and_comes_down_after_it() {
    world.openSome(10);
    world.sends = s -> SENDS;
    world.comers = s -> s < CALM_S || s >= 150 ? 20 : FREE * 3;
    world.runUntil(CALM_S);
    assertThat(world.moves).as("in calm").isEmpty();
    world.runUntil(150);
    assertThat(figures().brownOut()).isEqualTo(BrownOutStep.SIGN_UPS_WAIT);
    assertThat(world.moves)
        .as("%s", world.moves)
        .hasSizeLessThan(12)
        .allSatisfy(move -> assertThat(Math.abs(move.to().compareTo(move.from()))).isEqualTo(1))
        .noneMatch(move -> move.to() == BrownOutStep.SENDS_BY_LEVEL);
    // Those in line are served first.
    world.comers = s -> 0;
    world.runUntil(900);
    assertThat(figures().brownOut()).isEqualTo(BrownOutStep.NONE);
  }

  @Test
  void the_ladder_reaches_sends_when_they_alone_are_too_many() {
    world.openSome(10);
    world.comers = s -> 20;
    world.sends = s -> s < CALM_S || s >= 60 ? SENDS : 60_000;
    world.runUntil(60);
    assertThat(world.moves.getLast().to())
        .as("%s", world.moves)
        .isIn(BrownOutStep.SENDS_BY_LEVEL, BrownOutStep.SIGN_UPS_WAIT);
    assertThat(world.moves).anyMatch(move -> move.to() == BrownOutStep.SENDS_BY_LEVEL);
    world.runUntil(120);
    assertThat(figures().brownOut()).isEqualTo(BrownOutStep.NONE);
  }

  @Test
  void sign_ups_get_no_more_than_a_quarter_of_a_node_that_they_do_not_saturate_alone() {
    world.openSome(10);
    // Nine tenths of what the node takes are messages that are paid for.
    world.comers = s -> s < CALM_S ? 20 : FREE;
    world.sends = s -> s < CALM_S ? SENDS : 19_000;
    world.runUntil(120);

    assertThat(signUps(from(CALM_S + SETTLED_S))).isLessThan(0.25 * 20_000 / 20);
    assertThat(meanMs(from(CALM_S + SETTLED_S))).isLessThan(CreditAims.DEFAULT.sendsHeldBackMs());
  }

  /** It has seen nothing but the surge, and for a while everything took five times as long. */
  @Test
  void a_node_that_is_started_in_a_surge_learns_what_calm_is() {
    world.openSome(3);
    world.sends = s -> SENDS / 2;
    world.comers = s -> FREE * 3;
    world.slowness = s -> Math.max(1, 5 - s / 8);
    world.runUntil(120);

    CreditWorld calm = new CreditWorld(7);
    calm.openSome(3);
    calm.sends = s -> SENDS / 2;
    calm.runUntil(30);
    double calmMs = meanMs(calm.seconds.subList(10, 30));
    assertThat(figures().calmMs()).isBetween(0.85 * calmMs, 1.15 * calmMs);
    assertThat(meanMs(from(90))).isLessThan(1.1 * figures().sendTargetMs());
    assertThat(signUps(from(90))).isGreaterThan(0.25 * FREE);
  }

  @Test
  void a_node_that_has_become_slower_in_a_surge_learns_it() {
    world.openSome(3);
    surge(3);
    world.slowness = s -> s < 60 ? 1 : 1.5;
    world.runUntil(240);
    assertThat(figures().calmMs()).isGreaterThan(1.35 * calmMs());
    assertThat(signUps(from(200))).isGreaterThan(0.1 * FREE);
  }

  @Test
  void a_long_surge_does_not_change_what_counts_as_calm() {
    world.openSome(5);
    surge(3);
    world.runUntil(1_200);

    assertThat(figures().calmMs()).isLessThan(1.05 * calmMs());
  }

  @Test
  void a_gateway_of_an_older_release_neither_asks_nor_obeys_and_others_go_on() {
    world.openSome(5);
    SimulatedTrunk old = world.open(0);
    old.isOld = true;
    surge(1);
    world.runUntil(120);

    assertThat(old.account.arrived(Priority.SIGN_UP.number)).isGreaterThan(1_000);
    assertThat(signUps(from(CALM_S + SETTLED_S))).isGreaterThan(0.35 * FREE);
  }
}
