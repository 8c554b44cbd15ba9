package io.breakwater.delivery.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.priority.Priority;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.Waiting;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the controller does at one node, step by step. */
final class CreditControllerTest {
  private static final long WALL_MS = 1_800_000_000_000L;

  private final Tally tally = new Tally();
  private final Account account = new Account(1);
  private final CreditController controller = new CreditController(List.of(tally), 0);
  private long nowMs;

  /** A tenth of a second in which some messages take so long, and sessions wait for credit. */
  private void pass(long sendMicros, int waiting) {
    nowMs += 100;
    for (int i = 0; i < 100; i++) {
      tally.arrived(Priority.SEND.number, 1);
      tally.waited(Priority.SEND.number, sendMicros);
      tally.done(Priority.SEND.number);
    }
    Demand.Builder demand = Demand.newBuilder();
    if (waiting > 0) {
      demand.addWaiting(
          Waiting.newBuilder().setPriority(Priority.RESUME.number).setFrames(waiting));
    }
    account.wants(demand.build(), nowMs);
    controller.steer(false, WALL_MS + nowMs, nowMs);
    controller.grant((_, _) -> {}, WALL_MS + nowMs, nowMs);
  }

  private double pool() {
    return pool(Priority.RESUME.number);
  }

  private double pool(int priority) {
    return controller.figures(nowMs).of(priority).pool();
  }

  /** A tenth of a second in which messages and sessions come and wait, and no message is done. */
  private void standStill(int sendsUnderWay) {
    nowMs += 100;
    tally.arrived(Priority.SEND.number, 10);
    for (int i = 0; i < 10; i++) {
      tally.done(Priority.SEND.number);
    }
    tally.sendsUnderWay(sendsUnderWay);
    account.wants(
        Demand.newBuilder()
            .addWaiting(Waiting.newBuilder().setPriority(Priority.SEND.number).setFrames(10_000))
            .addWaiting(Waiting.newBuilder().setPriority(Priority.RESUME.number).setFrames(10_000))
            .setSignUps(10_000)
            .setFirstArrivedMs(WALL_MS)
            .build(),
        nowMs);
    steer();
  }

  private void steer() {
    controller.steer(true, WALL_MS + nowMs, nowMs);
    controller.grant((_, _) -> {}, WALL_MS + nowMs, nowMs);
  }

  /** Some seconds in each of which this many messages come, and are done after so long. */
  private void quiet(int seconds, int messages, long micros) {
    for (int i = 0; i < 10 * seconds; i++) {
      nowMs += 100;
      if (i % 10 < messages) {
        tally.arrived(Priority.SEND.number, 1);
        tally.waited(Priority.SEND.number, micros);
        tally.done(Priority.SEND.number);
      }
      steer();
    }
  }

  private BrownOutStep step() {
    return controller.figures(nowMs).brownOut();
  }

  @Test
  void a_slow_message_of_a_quiet_node_is_no_reason_to_do_without_anything() {
    controller.opened(account, 0);
    quiet(60, 1, 4_000);
    quiet(1, 1, 900_000);
    quiet(20, 1, 4_000);
    assertThat(controller.figures(nowMs).brownOutUps()).isZero();
    // One that stands still for some seconds, and then all is as it was.
    nowMs += 100;
    tally.arrived(Priority.SEND.number, 1);
    for (int i = 0; i < 60; i++) {
      nowMs += 100;
      steer();
    }
    tally.waited(Priority.SEND.number, 6_000_000);
    tally.done(Priority.SEND.number);
    quiet(20, 1, 4_000);
    // Two at once are chance, too.
    quiet(1, 2, 900_000);
    quiet(20, 1, 4_000);
    assertThat(controller.figures(nowMs).brownOutUps()).isZero();
  }

  @Test
  void a_quiet_node_that_is_slow_again_and_again_does_without_something() {
    controller.opened(account, 0);
    quiet(60, 1, 4_000);
    quiet(30, 1, 900_000);
    assertThat(step()).isNotEqualTo(BrownOutStep.NONE);
  }

  @Test
  void a_busy_node_that_is_slow_does_without_something_within_seconds() {
    controller.opened(account, 0);
    for (int i = 0; i < 300; i++) {
      pass(4_000, 0);
    }
    assertThat(step()).isEqualTo(BrownOutStep.NONE);
    for (int i = 0; i < 25; i++) {
      pass(40_000, 0);
    }
    assertThat(step()).isNotEqualTo(BrownOutStep.NONE);
  }

  @Test
  void a_pool_grows_again_whose_requests_are_done_before_anybody_looks() {
    controller.opened(account, 0);
    for (int i = 0; i < 300; i++) {
      pass(4_000, 0);
    }
    for (int i = 0; i < 100; i++) {
      pass(400_000, 1_000);
    }
    double shrunk = pool();
    assertThat(shrunk).isLessThan(100);
    for (int i = 0; i < 100; i++) {
      pass(4_000, 1_000);
    }
    assertThat(pool()).isGreaterThan(1.5 * shrunk);
    assertThat(controller.figures(nowMs).of(Priority.RESUME.number).starved()).isPositive();
  }

  @Test
  void pools_shrink_as_long_as_no_message_gets_done_and_grow_again_after_it() {
    controller.opened(account, 0);
    for (int i = 0; i < 300; i++) {
      pass(4_000, 2_000);
    }
    // Until it is looked at twice nothing is known of it.
    standStill(100);
    standStill(100);
    int[] classes = {Priority.SEND.number, Priority.RESUME.number, Priority.SIGN_UP.number};
    double[] before = new double[Priority.COUNT];
    for (int priority : classes) {
      before[priority] = pool(priority);
    }
    for (int second = 1; second <= 20; second++) {
      double[] earlier = new double[Priority.COUNT];
      for (int priority : classes) {
        earlier[priority] = pool(priority);
      }
      for (int i = 0; i < 10; i++) {
        standStill(100 * second + i);
      }
      for (int priority : classes) {
        assertThat(pool(priority)).as("class %s", priority).isLessThanOrEqualTo(earlier[priority]);
      }
    }
    for (int priority : classes) {
      assertThat(pool(priority)).as("class %s", priority).isLessThan(before[priority] / 8);
    }
    assertThat(controller.figures(nowMs).of(Priority.SEND.number).waitMs())
        .isBetween(18_000.0, 20_000.0);
    assertThat(controller.signUpWrites()).isPositive();

    double shrunk = pool(Priority.RESUME.number);
    // All of it is done now, and has waited for long.
    for (int i = 0; i < 2_000; i++) {
      tally.waited(Priority.SEND.number, 20_000_000);
    }
    tally.sendsUnderWay(0);
    for (int i = 0; i < 200; i++) {
      pass(4_000, 2_000);
    }
    // As fast as a class grows beside messages that are near their aim.
    assertThat(pool(Priority.RESUME.number)).isGreaterThan(2 * shrunk);
    assertThat(controller.figures(nowMs).calmMs()).isBetween(3.5, 4.5);
  }

  @Test
  void a_lane_that_stands_still_counts_though_others_go_on() {
    Tally stands = new Tally();
    CreditController both = new CreditController(List.of(tally, stands), 0);
    both.opened(account, 0);
    for (int i = 0; i < 300; i++) {
      stands.sendsUnderWay(i < 200 ? 0 : 100);
      nowMs += 100;
      for (int j = 0; j < 100; j++) {
        tally.arrived(Priority.SEND.number, 1);
        tally.waited(Priority.SEND.number, 4_000);
        tally.done(Priority.SEND.number);
      }
      both.steer(true, WALL_MS + nowMs, nowMs);
      both.grant((_, _) -> {}, WALL_MS + nowMs, nowMs);
    }
    assertThat(both.figures(nowMs).of(Priority.SEND.number).waitMs()).isGreaterThan(500);
    assertThat(both.figures(nowMs).of(Priority.SIGN_UP.number).pool()).isLessThanOrEqualTo(1);
  }

  @Test
  void one_message_that_waits_for_less_than_a_second_is_no_standstill() {
    controller.opened(account, 0);
    for (int i = 0; i < 300; i++) {
      nowMs += 100;
      if (i % 9 == 0) {
        tally.arrived(Priority.SEND.number, 1);
        tally.done(Priority.SEND.number);
        tally.sendsUnderWay(1);
      } else if (i % 9 == 8) {
        tally.waited(Priority.SEND.number, 5_000);
        tally.sendsUnderWay(0);
      }
      steer();
    }
    assertThat(controller.figures(nowMs).of(Priority.SEND.number).waitMs()).isEqualTo(5);
  }

  @Test
  void sign_ups_that_nobody_answers_take_their_pool_back() {
    controller.opened(account, 0);
    tally.arrived(Priority.SIGN_UP.number, 12);
    for (int i = 0; i < 50; i++) {
      nowMs += 100;
      steer();
    }
    assertThat(pool(Priority.SIGN_UP.number)).isEqualTo(1);
  }

  /** A second in which all credits for sign-ups are spent at once; how many that were. */
  private int spend(boolean succeeds) {
    int spent = 0;
    for (int i = 0; i < 100; i++) {
      nowMs += 10;
      long more = account.upTo(Priority.SIGN_UP.number) - account.arrived(Priority.SIGN_UP.number);
      for (long j = 0; j < more; j++) {
        account.arrived(Priority.SIGN_UP.number, 1);
        tally.arrived(Priority.SIGN_UP.number, 1);
        if (succeeds) {
          tally.waited(Priority.SIGN_UP.number, 1_000);
        } else {
          tally.turnedAway(Priority.SIGN_UP.number, 1_000);
        }
        tally.done(Priority.SIGN_UP.number);
        spent++;
      }
      account.wants(
          Demand.newBuilder().setSignUps(10_000).setFirstArrivedMs(WALL_MS).build(), nowMs);
      if (i % 10 == 0) {
        controller.steer(true, WALL_MS + nowMs, nowMs);
      }
      controller.grant((_, _) -> {}, WALL_MS + nowMs, nowMs);
    }
    return spent;
  }

  @Test
  void a_node_at_which_sign_ups_fail_at_once_is_given_one_a_second_until_they_do_not() {
    controller.opened(account, 0);
    for (int i = 0; i < 10; i++) {
      spend(true);
    }
    assertThat(spend(true)).isGreaterThan(100);
    spend(false);
    spend(false);
    for (int i = 0; i < 10; i++) {
      assertThat(spend(false)).isBetween(0, 2);
    }
    spend(true);
    spend(true);
    assertThat(spend(true)).isGreaterThan(50);
  }

  /** A tenth of a second in which these want all there is, and spend none of it. */
  private void want(Account... all) {
    nowMs += 100;
    for (Account each : all) {
      each.wants(
          Demand.newBuilder()
              .addWaiting(Waiting.newBuilder().setPriority(Priority.SEND.number).setFrames(100_000))
              .addWaiting(
                  Waiting.newBuilder().setPriority(Priority.RESUME.number).setFrames(100_000))
              .setSignUps(1_000)
              .setFirstArrivedMs(WALL_MS)
              .build(),
          nowMs);
    }
    steer();
  }

  private static long left(Account account, int priority) {
    return account.upTo(priority) - account.arrived(priority);
  }

  @Test
  void what_a_dead_trunk_had_goes_to_others_within_half_a_second() {
    Account survivor = new Account(2);
    controller.opened(account, 0);
    controller.opened(survivor, 0);
    for (int i = 0; i < 5; i++) {
      want(account, survivor);
    }
    assertThat(controller.figures(nowMs).trunks()).isEqualTo(2);
    assertThat(left(account, Priority.SIGN_UP.number)).isPositive();

    controller.closed(account);
    for (int i = 0; i < 5; i++) {
      want(survivor);
    }

    controller.steer(true, WALL_MS + nowMs, nowMs);
    assertThat(controller.figures(nowMs).trunks()).isEqualTo(1);
    for (int priority :
        new int[] {Priority.SEND.number, Priority.RESUME.number, Priority.SIGN_UP.number}) {
      assertThat(left(survivor, priority))
          .as("class %s", priority)
          .isBetween((long) (0.8 * pool(priority)), (long) Math.ceil(1.3 * pool(priority)));
    }
  }

  /**
   * A tenth of a second at a node that messages take longer at, but while sign-ups stand back, and
   * that is done with all sign-ups at once.
   */
  private void press(long sendMicros, long aloneMicros, int lookUps) {
    boolean isProbing = (nowMs + 100) % CalmProbe.EACH_MS <= CalmProbe.LASTS_MS;
    nowMs += 100;
    for (int i = 0; i < 100; i++) {
      tally.arrived(Priority.SEND.number, 1);
      tally.waited(Priority.SEND.number, isProbing ? aloneMicros : sendMicros);
      tally.done(Priority.SEND.number);
    }
    Demand.Builder demand = Demand.newBuilder().setSignUps(1_000).setFirstArrivedMs(WALL_MS);
    demand.addWaiting(Waiting.newBuilder().setPriority(Priority.LOOK_UP.number).setFrames(lookUps));
    for (int round = 0; round < 5; round++) {
      account.wants(demand.build(), nowMs);
      controller.grant((_, _) -> {}, WALL_MS + nowMs, nowMs);
      long granted = account.upTo(6) - account.arrived(6);
      for (; granted > 0; granted--) {
        tally.arrived(Priority.SIGN_UP.number, 1);
        account.arrived(Priority.SIGN_UP.number, 1);
        tally.done(Priority.SIGN_UP.number);
      }
    }
    steer();
  }

  @Test
  void a_node_that_lets_in_many_at_a_time_stands_back_as_well() {
    controller.opened(account, 0);
    for (int i = 0; i < 700; i++) {
      pass(10_000, 0);
    }
    for (int i = 0; i < 600; i++) {
      // Below its aim: nothing holds sign-ups back but the pool.
      press(11_000, 4_000, 0);
    }
    assertThat(controller.figures(nowMs).calmMs()).isLessThan(5);
  }

  @Test
  void look_ups_that_yield_do_not_keep_a_slower_node_from_learning_that_it_is() {
    controller.opened(account, 0);
    for (int i = 0; i < 700; i++) {
      pass(5_000, 0);
    }
    assertThat(controller.figures(nowMs).calmMs()).isLessThan(6);
    for (int i = 0; i < 6_000; i++) {
      press(12_000, 10_000, 1_000);
    }
    assertThat(controller.figures(nowMs).calmMs()).isGreaterThan(8);
  }

  @Test
  void look_ups_that_yield_do_not_keep_a_slower_node_without_a_line_from_learning_it_either() {
    controller.opened(account, 0);
    for (int i = 0; i < 700; i++) {
      pass(5_000, 0);
    }
    for (int i = 0; i < 6_000; i++) {
      pass(10_000, 1_000);
    }
    assertThat(controller.figures(nowMs).calmMs()).isGreaterThan(8);
  }
}
