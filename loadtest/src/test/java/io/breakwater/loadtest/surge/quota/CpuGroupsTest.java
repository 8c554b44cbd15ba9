package io.breakwater.loadtest.surge.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.loadtest.verdict.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** On machines on which this process may make control groups; elsewhere they are left out. */
final class CpuGroupsTest {
  private static final String NAME = "breakwater-test-" + ProcessHandle.current().pid();

  private static CpuGroups groups() throws IOException {
    Optional<String> problem = CpuGroups.problem();
    Assumptions.assumeTrue(problem.isEmpty(), () -> problem.orElse(""));
    return CpuGroups.find();
  }

  @Test
  void a_process_that_wants_more_than_its_share_stands_still() throws Exception {
    CpuGroups groups = groups();
    Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    try (CpuGroup group = groups.make(NAME, 0.1)) {
      group.add(busy.pid());
      Clock.await("the group to be throttled", Duration.ofSeconds(20), () -> times(group) > 3);
      assertThat(group.throttled().share()).isPositive();
    } finally {
      busy.destroyForcibly().waitFor();
    }
  }

  private static long times(CpuGroup group) {
    try {
      return group.throttled().times();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_group_is_gone_when_it_is_closed_and_its_processes_go_on() throws Exception {
    CpuGroups groups = groups();
    Process sleeping = new ProcessBuilder("sleep", "60").start();
    try {
      CpuGroup group = groups.make(NAME + "-left", 1);
      group.add(sleeping.pid());
      group.close();
      assertThat(Files.exists(group.directory())).isFalse();
      assertThat(sleeping.isAlive()).isTrue();
    } finally {
      sleeping.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_share_that_makes_no_sense_is_refused() throws IOException {
    CpuGroups groups = groups();
    assertThatThrownBy(() -> groups.make(NAME + "-none", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.0 cores (expected: at least 0.05)");
  }
}
