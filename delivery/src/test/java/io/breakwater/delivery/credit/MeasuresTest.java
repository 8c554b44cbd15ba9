package io.breakwater.delivery.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.priority.Priority;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What is measured, and what counts as calm. */
final class MeasuresTest {
  private final Tally one = new Tally();
  private final Tally other = new Tally();
  private final List<Tally> both = List.of(one, other);

  @Test
  void a_bucket_holds_what_is_below_its_upper_end_and_is_no_wider_than_a_fifth() {
    for (long micros = 0; micros < 30_000_000; micros += 1 + micros / 50) {
      int bucket = Tally.bucket(micros);
      assertThat(Tally.above(bucket)).isGreaterThan(micros);
      assertThat(bucket == 0 ? 0 : Tally.above(bucket - 1)).isLessThanOrEqualTo(micros);
      if (micros > 4) {
        assertThat(Tally.above(bucket)).isLessThanOrEqualTo(micros * 5 / 4 + 1);
      }
    }
  }

  @Test
  void a_window_lasts_a_second_or_until_two_thousand_have_come() {
    DelayWindow window = new DelayWindow(Priority.SEND.number, both, 0);
    for (int i = 0; i < 1_000; i++) {
      one.waited(Priority.SEND.number, 4_000);
      other.waited(Priority.SEND.number, i == 0 ? 500_000 : 6_000);
    }
    Delay full = window.look(100).orElseThrow();
    assertThat(full.requests()).isEqualTo(2_000);
    assertThat(full.meanMs()).isCloseTo(5.25, Percentage.withPercentage(1));
    assertThat(full.highMs()).isBetween(6.0, 7.5);

    for (int i = 0; i < 50; i++) {
      one.waited(Priority.SEND.number, 2_000);
    }
    assertThat(window.look(1_099)).isEmpty();
    Delay second = window.look(1_100).orElseThrow();
    assertThat(second.meanMs()).isEqualTo(2);

    // So few that chance would decide.
    one.waited(Priority.SEND.number, 90_000);
    assertThat(window.look(2_500)).isEmpty();
    assertThat(window.look(6_100))
        .contains(new Delay(1, 90, Tally.above(Tally.bucket(90_000)) / 1_000.0));
    assertThat(window.look(11_100)).contains(Delay.NONE);
  }

  @Test
  void other_aims_hold_from_the_next_look_on() {
    Measures measures = new Measures(both, 0);
    for (int i = 0; i < 2_000; i++) {
      one.waited(Priority.SEND.number, 10_000);
      one.waited(Priority.RESUME.number, 10_000);
    }
    measures.look(true, 1_000);
    assertThat(measures.ratio(Priority.RESUME.number, Priority.RESUME.number, 1_000))
        .isEqualTo(0.5);
    assertThat(measures.sendTargetMs()).isCloseTo(12, Percentage.withPercentage(1));

    measures.aim(new CreditAims(2, 5, 5, 0.1, 1, 2));
    assertThat(measures.ratio(Priority.RESUME.number, Priority.RESUME.number, 1_000)).isEqualTo(2);
    assertThat(measures.sendTargetMs()).isCloseTo(20, Percentage.withPercentage(1));
    assertThat(measures.ratio(Priority.SEND.number, Priority.SEND.number, 1_000))
        .as("never held back below what others yield at")
        .isCloseTo(0.5, Percentage.withPercentage(1));
  }

  @Test
  void other_bounds_of_conditional_writes_hold_at_once() {
    WriteLimit limit = new WriteLimit();
    limit.aim(new CreditAims(1.2, 50, 20, 0.25, 1, 8));
    assertThat(limit.value()).isEqualTo(8);
    limit.aim(new CreditAims(1.2, 50, 20, 0.25, 30, 8));
    assertThat(limit.value()).as("the lower one holds").isEqualTo(30);
  }

  @Test
  void calm_is_a_low_quantile_whatever_the_noise() {
    Calm calm = new Calm(1, 10);
    SplittableRandom random = new SplittableRandom(1);
    for (int second = 0; second < 1_000; second++) {
      calm.learn(6 + random.nextDouble(-1, 1), true, second * 1_000L);
    }
    assertThat(calm.ms()).isBetween(5.2, 5.9);
  }

  @Test
  void calm_rises_slowly_falls_sooner_and_not_at_all_while_others_press() {
    Calm calm = new Calm(1, 10);
    for (int second = 0; second < 100; second++) {
      calm.learn(5, true, second * 1_000L);
    }
    for (int second = 100; second < 160; second++) {
      calm.learn(20, false, second * 1_000L);
    }
    assertThat(calm.ms()).isEqualTo(5);
    for (int second = 160; second < 220; second++) {
      calm.learn(20, true, second * 1_000L);
    }
    assertThat(calm.ms()).isBetween(5.5, 6.0);
    for (int second = 220; second < 228; second++) {
      calm.learn(4, true, second * 1_000L);
    }
    assertThat(calm.ms()).isBetween(4.2, 4.8);
  }

  @Test
  void calm_does_not_begin_with_what_cold_code_takes() {
    Calm calm = new Calm(1, 10);
    calm.learn(80, true, 0);
    assertThat(calm.ms()).isEqualTo(10);
    for (int second = 1; second < 10; second++) {
      calm.learn(5, true, second * 1_000L);
    }
    assertThat(calm.ms()).isBetween(5.0, 5.1);
  }

  @Test
  void sign_ups_writes_yield_to_the_journal_and_come_back() {
    WriteLimit limit = new WriteLimit();
    long nowMs = 0;
    for (int i = 0; i < 60; i++) {
      limit.steer(new Delay(100, 5, 9), true, true, nowMs += 1_000);
    }
    assertThat(limit.value()).isEqualTo(CreditAims.DEFAULT.writesMost());
    for (int i = 0; i < 20; i++) {
      limit.steer(new Delay(100, 15, 30), true, false, nowMs += 1_000);
    }
    assertThat(limit.value()).isEqualTo(CreditAims.DEFAULT.writesLeast());
    for (int i = 0; i < 3; i++) {
      // Nobody uses it: nothing is learned.
      limit.steer(new Delay(100, 5, 9), false, false, nowMs += 1_000);
    }
    assertThat(limit.value()).isEqualTo(CreditAims.DEFAULT.writesLeast());
    for (int i = 0; i < 60; i++) {
      limit.steer(new Delay(100, 5, 9), true, false, nowMs += 1_000);
    }
    assertThat(limit.value()).isEqualTo(CreditAims.DEFAULT.writesMost());
  }
}
