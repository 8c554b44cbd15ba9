package io.breakwater.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir private Path data;
  private Process process;

  @BeforeEach
  void run() throws IOException {
    process = new ProcessBuilder("sleep", "60").start();
    Files.createDirectories(data.resolve("run"));
    Files.writeString(data.resolve("run/delivery-2.pid"), process.pid() + "\n");
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  private Server server(long supervisor) {
    return new Server(
        Part.DELIVERY, "delivery-2", data, Ports.address(2), new Ports(12_000), supervisor);
  }

  private Server server() {
    return server(ProcessHandle.current().pid());
  }

  @Test
  void is_gone_when_it_was_killed() {
    assertThat(Signal.isGone(process.pid())).isFalse();

    Stack.Death death = server().kill();

    assertThat(process.toHandle().isAlive()).isFalse();
    assertThat(Signal.isGone(process.pid())).isTrue();
    assertThat(death.pid()).isEqualTo(process.pid());
    assertThat(death.part()).isEqualTo(Part.DELIVERY);
  }

  @Test
  void is_gone_when_it_was_terminated() {
    server().terminate();

    assertThat(process.toHandle().isAlive()).isFalse();
  }

  @Test
  void stands_still_until_it_is_resumed() {
    assumeThat(Path.of("/proc/self/stat")).exists();
    Server.Frozen frozen = server().freeze();
    try {
      Clock.await("the process to stand still", LIMIT, frozen::isSeen);
    } finally {
      frozen.resume();
    }
    Clock.await("the process to go on", LIMIT, () -> !frozen.isSeen());

    assertThat(process.toHandle().isAlive()).isTrue();
  }

  @Test
  void who_was_killed_while_standing_still_cannot_be_resumed_and_nobody_else_is() {
    Server.Frozen frozen = server().freeze();
    server().kill();

    frozen.resume();

    assertThat(process.toHandle().isAlive()).isFalse();
  }

  @Test
  void a_stranger_with_the_pid_is_left_alone() {
    Server server = server(1);

    server.killIfRuns();
    assertThatExceptionOfType(TrialFailure.class)
        .isThrownBy(server::kill)
        .withMessage("delivery-2 does not run (expected: the process in its pid file)");

    assertThat(process.toHandle().isAlive()).isTrue();
  }
}
