package io.breakwater.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.breakwater.loadtest.verdict.TrialFailure;
import org.junit.jupiter.api.Test;

final class ToolTest {
  @Test
  void gives_what_a_program_said() {
    assertThat(Tool.run("sh", "-c", "echo yes; echo and no >&2")).isEqualTo("yes\nand no\n");
    assertThat(Tool.problem("true")).isEmpty();
  }

  @Test
  void says_which_program_failed_and_what_it_said() {
    assertThat(Tool.problem("sh", "-c", "echo no room\nexit 3"))
        .contains("sh -c echo no room: status 3: no room");
    assertThatExceptionOfType(TrialFailure.class)
        .isThrownBy(() -> Tool.run("sh", "-c", "echo no room\nexit 3"))
        .withMessage("sh -c echo no room: status 3: no room");
  }

  @Test
  void says_that_a_program_is_missing() {
    assertThat(Tool.problem("no-such-program"))
        .get()
        .asString()
        .startsWith("cannot start no-such-program: ");
  }
}
