package io.breakwater.loadtest.chaos.plan;

import java.util.SplittableRandom;

/** How far the wall clock jumps in a step that sets it. Pure. */
public final class ClockJump {
  private static final int[] SECONDS = {-60, -20, 20, 60};

  private ClockJump() {}

  /** Seconds; the same for the same step. */
  public static int secondsOf(Step step) {
    SplittableRandom random = new SplittableRandom(step.atMs() ^ (step.durationMs() << 32));
    return SECONDS[random.nextInt(SECONDS.length)];
  }
}
