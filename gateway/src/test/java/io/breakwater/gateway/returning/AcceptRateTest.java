package io.breakwater.gateway.returning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What can be taken, from what was; virtual time. */
final class AcceptRateTest {
  private final AcceptRate rate = new AcceptRate(0.1, 0);
  private long nowMs;

  private void seconds(int count, int perSecond, boolean isPressed) {
    for (int i = 0; i < count * perSecond; i++) {
      rate.taken(1, nowMs + i * 1_000L / perSecond);
    }
    for (int i = 0; i < count && isPressed; i++) {
      rate.pressed(nowMs + i * 1_000L);
    }
    nowMs += count * 1_000L;
  }

  private void pressed(int count, int perSecond) {
    for (int i = 0; i < count; i++) {
      seconds(1, perSecond, true);
    }
  }

  private double perSecond() {
    return rate.perMs(nowMs) * 1_000;
  }

  @Test
  void assumes_something_until_more_was_taken() {
    assertThat(perSecond()).isEqualTo(100);
    seconds(60, 20, false);
    assertThat(perSecond()).isEqualTo(100);
    seconds(10, 500, false);
    assertThat(perSecond()).isBetween(450.0, 550.0);
  }

  @Test
  void remembers_the_most_for_a_while_in_calm() {
    seconds(10, 500, false);
    seconds(600, 3, false);
    assertThat(perSecond()).isBetween(400.0, 500.0);
    nowMs += 86_400_000;
    seconds(10, 3, false);
    assertThat(perSecond()).isBetween(99.0, 101.0);
  }

  @Test
  void follows_what_is_taken_while_something_presses() {
    seconds(10, 1_000, false);
    pressed(60, 200);
    assertThat(perSecond()).isBetween(190.0, 230.0);
    pressed(60, 400);
    assertThat(perSecond()).isBetween(380.0, 410.0);
  }

  @Test
  void is_never_less_than_a_tenth_of_what_is_assumed() {
    pressed(300, 1);
    assertThat(perSecond()).isBetween(10.0, 10.5);
  }

  @Test
  void a_stall_is_forgotten_within_minutes() {
    pressed(60, 1);
    assertThat(perSecond()).isLessThan(12);
    seconds(120, 5, false);
    assertThat(perSecond()).isBetween(90.0, 100.0);
  }

  @Test
  void what_was_shed_after_all_was_not_taken() {
    for (int i = 0; i < 30_000; i++) {
      rate.taken(1, nowMs + i);
      rate.taken(-1, nowMs + i);
    }
    nowMs += 30_000;
    assertThat(perSecond()).isEqualTo(100);
  }
}
