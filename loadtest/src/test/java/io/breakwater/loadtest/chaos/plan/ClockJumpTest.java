package io.breakwater.loadtest.chaos.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ClockJumpTest {
  private static Step step(long atMs, long durationMs) {
    return new Step(
        atMs, new Fault.ClockStep(Tier.DELIVERY), List.of(new Node(Tier.DELIVERY, 0)), durationMs);
  }

  @Test
  void the_same_step_jumps_as_far() {
    assertThat(ClockJump.secondsOf(step(10_000, 7_123)))
        .isEqualTo(ClockJump.secondsOf(step(10_000, 7_123)));
  }

  @Test
  void steps_jump_near_and_far_to_and_fro() {
    assertThat(
            IntStream.range(0, 100)
                .map(i -> ClockJump.secondsOf(step(10_000 + 997L * i, 5_000 + 101L * i)))
                .boxed()
                .distinct())
        .containsExactlyInAnyOrder(-60, -20, 20, 60);
  }
}
