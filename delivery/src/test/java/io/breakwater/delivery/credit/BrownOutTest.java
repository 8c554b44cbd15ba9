package io.breakwater.delivery.credit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The ladder on virtual time, looked at ten times a second. */
final class BrownOutTest {
  private static final double CALM = 0.3;
  private static final double NEAR = 0.8;
  private static final double PRESSED = 1.3;

  private final BrownOut ladder = new BrownOut();
  private final List<BrownOut.Move> moves = new ArrayList<>();
  private long nowMs;

  private void pass(double seconds, double existing, double sends) {
    for (long until = nowMs + (long) (seconds * 1_000); nowMs < until; nowMs += 100) {
      ladder.look(new BrownOut.Pressure(existing, sends), nowMs).ifPresent(moves::add);
    }
  }

  private List<BrownOutStep> steps() {
    return moves.stream().map(BrownOut.Move::to).toList();
  }

  @Test
  void goes_up_in_order_one_step_a_second_and_down_in_order_one_in_five() {
    pass(1, PRESSED, CALM);
    assertThat(ladder.step()).as("not before a second").isEqualTo(BrownOutStep.NONE);
    pass(10, PRESSED, CALM);
    assertThat(steps())
        .containsExactly(
            BrownOutStep.PRESENCE_OFF,
            BrownOutStep.TYPING_OFF,
            BrownOutStep.RECEIPTS_COALESCED,
            BrownOutStep.HISTORY_PACED,
            BrownOutStep.SIGN_UPS_WAIT);
    moves.clear();
    pass(5, CALM, CALM);
    assertThat(ladder.step()).as("not before five").isEqualTo(BrownOutStep.SIGN_UPS_WAIT);
    pass(19.9, CALM, CALM);
    assertThat(ladder.step()).isEqualTo(BrownOutStep.PRESENCE_OFF);
    pass(100, CALM, CALM);
    assertThat(steps())
        .containsExactly(
            BrownOutStep.HISTORY_PACED,
            BrownOutStep.RECEIPTS_COALESCED,
            BrownOutStep.TYPING_OFF,
            BrownOutStep.PRESENCE_OFF,
            BrownOutStep.NONE);
    assertThat(ladder.ups()).isEqualTo(5);
    assertThat(ladder.downs()).isEqualTo(5);
  }

  @Test
  void sends_are_the_last_and_only_where_credits_hold_them_back() {
    pass(60, 20, 0.99);
    assertThat(ladder.step()).isEqualTo(BrownOutStep.SIGN_UPS_WAIT);
    pass(1.2, 20, 1.01);
    assertThat(ladder.step()).isEqualTo(BrownOutStep.SENDS_BY_LEVEL);
    pass(60, 20, 9);
    assertThat(ladder.step()).as("there is no further one").isEqualTo(BrownOutStep.SENDS_BY_LEVEL);
    pass(5.2, 20, CALM);
    assertThat(ladder.step()).as("the first to be let go").isEqualTo(BrownOutStep.SIGN_UPS_WAIT);
  }

  @Test
  void stays_where_it_is_between_the_two_bounds() {
    pass(1.2, PRESSED, CALM);
    BrownOutStep at = ladder.step();
    assertThat(at).isNotEqualTo(BrownOutStep.NONE);
    pass(600, NEAR, CALM);
    assertThat(ladder.step()).isEqualTo(at);
  }

  @Test
  void a_moment_above_or_below_is_none() {
    for (int i = 0; i < 100; i++) {
      pass(0.9, PRESSED, CALM);
      pass(0.1, NEAR, CALM);
    }
    assertThat(moves).isEmpty();
    pass(1.2, PRESSED, CALM);
    moves.clear();
    for (int i = 0; i < 100; i++) {
      pass(4.9, CALM, CALM);
      pass(0.1, NEAR, CALM);
    }
    assertThat(moves).isEmpty();
  }

  /** As credits steer sends to their aim in a surge: the mean is at the aim, windows are not. */
  @Test
  void does_not_flap_while_a_surge_goes_on_whatever_the_noise() {
    SplittableRandom random = new SplittableRandom(1);
    pass(5, PRESSED, CALM);
    moves.clear();
    double signal = 1;
    for (int window = 0; window < 3_600; window++) {
      signal = 1 + 0.5 * (signal - 1) + random.nextDouble(-0.5, 0.5);
      pass(1, signal, CALM);
    }
    assertThat(ladder.step()).isEqualTo(BrownOutStep.SIGN_UPS_WAIT);
    assertThat(moves).as("in an hour").hasSizeLessThan(20);
  }

  @Test
  void is_at_a_step_of_its_own_and_moves_by_one_whatever_happens() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 10_000; i++) {
      pass(
          random.nextInt(1, 50) / 10.0,
          random.nextDouble(0, 3),
          random.nextInt(20) == 0 ? Double.MAX_VALUE : random.nextDouble(0, 1.5));
    }
    assertThat(moves).isNotEmpty();
    assertThat(moves)
        .allSatisfy(
            move -> assertThat(Math.abs(move.to().number() - move.from().number())).isEqualTo(1));
    assertThat(ladder.ups() + ladder.downs()).isEqualTo(moves.size());
    assertThat(moves.size() * BrownOut.UP_MS).isLessThan(nowMs);
  }

  @Test
  void where_it_is_pinned_it_stays_and_goes_on_from_there_by_itself() {
    ladder.pin(Optional.of(BrownOutStep.HISTORY_PACED));
    pass(60, CALM, CALM);
    assertThat(moves)
        .containsExactly(
            new BrownOut.Move(BrownOutStep.NONE, BrownOutStep.HISTORY_PACED, true, CALM));
    pass(60, PRESSED, 9);
    assertThat(ladder.step()).isEqualTo(BrownOutStep.HISTORY_PACED);
    ladder.pin(Optional.empty());
    pass(1.2, PRESSED, CALM);
    assertThat(ladder.step()).isEqualTo(BrownOutStep.SIGN_UPS_WAIT);
    pass(100, CALM, CALM);
    assertThat(ladder.step()).isEqualTo(BrownOutStep.NONE);
  }
}
