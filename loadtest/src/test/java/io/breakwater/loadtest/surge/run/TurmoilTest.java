package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.verdict.TrialFailure;
import org.junit.jupiter.api.Test;

final class TurmoilTest {
  @Test
  void a_fault_that_was_not_carried_out_is_a_problem_whatever_the_reason_is() {
    try (Turmoil turmoil = Turmoil.none()) {
      turmoil.attempt("nothing", () -> {});
      turmoil.attempt(
          "kill-gateway",
          () -> {
            throw new TrialFailure("it does not run");
          });
      turmoil.attempt(
          "add-gateway",
          () -> {
            throw new IllegalStateException("none is left");
          });
      assertThat(turmoil.problems())
          .containsExactly(
              "kill-gateway: it does not run",
              "add-gateway: java.lang.IllegalStateException: none is left");
    }
  }
}
