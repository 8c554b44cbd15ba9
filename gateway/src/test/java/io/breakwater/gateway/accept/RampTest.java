package io.breakwater.gateway.accept;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A fresh gateway takes more and more. */
final class RampTest {
  private static final int RAMP_MS = 60_000;

  private final AcceptControl fresh =
      new AcceptControl(new AcceptLimits(100_000, 1_024, RAMP_MS), 0);

  /** As many as come, on a gateway that nothing makes late. */
  private int acceptedUntil(long untilMs) {
    int accepted = 0;
    for (long nowMs = 0; nowMs < untilMs; nowMs += 20) {
      for (int room = fresh.room(new Arrivals(), nowMs); room > 0; room--) {
        fresh.accepted();
        accepted++;
      }
      fresh.room(new Arrivals(), nowMs);
      if (nowMs % AcceptControl.STEER_MS == 0) {
        fresh.steer(List.of(), accepted, nowMs);
      }
    }
    return accepted;
  }

  @Test
  void the_first_are_accepted_at_once() {
    assertThat(fresh.room(new Arrivals(), 0)).isGreaterThanOrEqualTo(64);
  }

  @Test
  void a_crowd_before_a_fresh_gateway_is_let_in_at_a_rate_that_doubles_ten_times_in_a_minute() {
    assertThat(acceptedUntil(1_000)).isLessThan(300);
    assertThat(fresh.perSecond(6_000)).isEqualTo(2 * Ramp.FIRST_PER_SECOND);
    assertThat(fresh.perSecond(12_000)).isEqualTo(4 * Ramp.FIRST_PER_SECOND);
  }

  @Test
  void after_a_minute_nothing_is_held_back() {
    acceptedUntil(1_000);
    assertThat(fresh.perSecond(RAMP_MS - 1)).isEqualTo(fresh.perSecond(RAMP_MS));
    assertThat(new Ramp(0, RAMP_MS).perSecond(RAMP_MS)).isInfinite();
    assertThat(new Ramp(0, 0).perSecond(0)).isInfinite();
  }
}
