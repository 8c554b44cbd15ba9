package io.breakwater.loadtest.chaos.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ClocksTest {
  @Test
  void says_by_how_much_a_clock_is_off_with_its_sign() {
    assertThat(Clocks.line(Duration.ZERO)).isEqualTo("+0\n");
    assertThat(Clocks.line(Duration.ofSeconds(20))).isEqualTo("+20\n");
    assertThat(Clocks.line(Duration.ofMinutes(-1))).isEqualTo("-60\n");
  }

  @Test
  void a_clock_that_is_right_is_not_off() {
    Duration jump = Duration.ofSeconds(-20);

    assertThat(Clocks.isOff(Duration.ZERO, jump)).isFalse();
    assertThat(Clocks.isOff(Duration.ofSeconds(20), jump)).isFalse();
    assertThat(Clocks.isOff(Duration.ofMillis(-19_100), jump)).isTrue();
  }
}
