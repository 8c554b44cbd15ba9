package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.stack.FakeServer;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void a_restart_that_has_not_ended_when_the_run_does_is_a_problem_and_not_waited_for(
      @TempDir Path data) throws IOException {
    Turmoil turmoil = Turmoil.none();
    try (FakeServer gateway = new FakeServer(data, () -> "");
        ServerWatch watch = ServerWatch.start(List.of());
        turmoil) {
      turmoil.begin(
          "restart",
          () ->
              turmoil.attempt(
                  "restart-gateways",
                  () -> turmoil.restart(watch, List.of(gateway.server()), Duration.ZERO)));
      Clock.await("the end of its process", Duration.ofSeconds(20), () -> !gateway.isAlive());
      assertThat(turmoil.problems()).isEmpty();
    }
    assertThat(turmoil.problems())
        .containsExactly("restart-gateways: gateway-1 had not come back when the run ended");
  }
}
