package io.breakwater.gateway.scale;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** An event loop that is watched, on virtual time. */
final class LoopProbeTest {
  private final LoopProbe probe = new LoopProbe();
  private long nowMs;
  private long cpuNanos;

  private void pass(double seconds, double busy, long lateMs) {
    for (int i = 0; i < seconds * 10; i++) {
      nowMs += LoopProbe.EACH_MS;
      cpuNanos += (long) (busy * LoopProbe.EACH_MS * 1e6);
      probe.look(cpuNanos, nowMs + lateMs);
    }
  }

  @Test
  void is_as_busy_as_its_thread_has_a_processor_lately() {
    pass(600, 0.4, 0);
    assertThat(probe.busy()).isCloseTo(0.4, Offset.offset(0.01));
    pass(20, 0.9, 0);
    assertThat(probe.busy()).as("not at once").isBetween(0.5, 0.7);
    pass(600, 0.9, 0);
    assertThat(probe.busy()).isCloseTo(0.9, Offset.offset(0.01));
  }

  @Test
  void is_as_late_as_its_looks_are() {
    pass(60, 0.1, 0);
    assertThat(probe.delayMs()).isZero();
    pass(60, 0.1, 40);
    assertThat(probe.delayMs()).isCloseTo(40, Offset.offset(1.0));
    pass(60, 0.1, 0);
    assertThat(probe.delayMs()).isLessThan(1);
  }
}
