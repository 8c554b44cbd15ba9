package io.breakwater.cli.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.cli.process.StartFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class TimerSlackTest {
  private static final List<String> COMMAND = List.of("cat", "/proc/self/timerslack_ns");

  private static Map<String, String> asked(String micros) {
    return Map.of("BREAKWATER_CASSANDRA_TIMER_SLACK_US", micros);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_command_becomes_a_process_with_the_slack_that_was_asked_for() throws Exception {
    assertThat(output(TimerSlack.of(COMMAND, asked("700")))).isEqualTo("700000\n");
    assertThat(output(TimerSlack.of(COMMAND, Map.of()))).isEqualTo("500000\n");
  }

  @Test
  void none_leaves_the_command_as_it_is() {
    assertThat(TimerSlack.of(COMMAND, asked("0"))).isEqualTo(COMMAND);
  }

  @Test
  void nonsense_is_named() {
    assertThatThrownBy(() -> TimerSlack.of(COMMAND, asked("-1")))
        .isInstanceOf(StartFailure.class)
        .hasMessage("BREAKWATER_CASSANDRA_TIMER_SLACK_US: -1 (expected: 0..100000 microseconds)");
    assertThatThrownBy(() -> TimerSlack.of(COMMAND, asked("much")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("much");
  }

  private static String output(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }
}
