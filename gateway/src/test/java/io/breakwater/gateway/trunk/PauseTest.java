package io.breakwater.gateway.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a node that sends sign-ups back is passed over. */
final class PauseTest {
  private final Pause pause = new Pause();

  @Test
  void is_on_from_the_second_in_a_row_and_doubles_until_one_is_carried_out() {
    pause.sentBack(1_000);
    assertThat(pause.isOn(1_000)).isFalse();
    pause.sentBack(1_001);
    assertThat(pause.isOn(1_100)).isTrue();
    assertThat(pause.leftMs(1_001)).isEqualTo(100);
    // Let go before the pause: says nothing new.
    pause.sentBack(1_002);
    assertThat(pause.isOn(1_101)).isFalse();
    pause.sentBack(1_101);
    assertThat(pause.isOn(1_300)).isTrue();
    assertThat(pause.isOn(1_301)).isFalse();
    pause.carriedOut();
    pause.sentBack(1_400);
    assertThat(pause.isOn(1_400)).isFalse();
  }

  @Test
  void lasts_for_three_seconds_at_most() {
    long nowMs = 0;
    for (int i = 0; i < 20; i++) {
      pause.sentBack(nowMs);
      nowMs += pause.leftMs(nowMs);
    }
    pause.sentBack(nowMs);
    assertThat(pause.leftMs(nowMs)).isEqualTo(3_200);
    pause.clear();
    assertThat(pause.isOn(nowMs)).isFalse();
  }
}
