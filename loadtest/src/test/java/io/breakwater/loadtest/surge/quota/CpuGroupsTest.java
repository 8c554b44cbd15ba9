package io.breakwater.loadtest.surge.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.loadtest.verdict.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** On machines on which this process may make control groups; elsewhere they are left out. */
final class CpuGroupsTest {
  private static final String NAME = "breakwater-test-" + ProcessHandle.current().pid();

  private static final double TOLERANCE = 0.35;

  private static CpuGroups groups() throws IOException {
    Optional<String> problem = CpuGroups.problem();
    Assumptions.assumeTrue(problem.isEmpty(), () -> problem.orElse(""));
    return CpuGroups.find();
  }

  /**
   * By the clocks of the kernel alone, however busy the machine is: a period in which the share was
   * used up costs the share, and no period costs more.
   */
  @Test
  void a_process_that_wants_more_than_its_share_gets_its_share() throws Exception {
    double cores = 0.1;
    CpuGroups groups = groups();
    Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    try (CpuGroup group = groups.make(NAME, cores)) {
      group.add(busy.pid());
      Clock.await("the group to be throttled", Duration.ofSeconds(60), () -> times(group) > 3);
      CpuGroup.Throttled before = group.throttled();
      double cpuBefore = cpuMillis(busy);
      long until = before.times() + 100;
      Clock.await("a hundred periods", Duration.ofSeconds(60), () -> times(group) >= until);
      CpuGroup.Throttled after = group.throttled();
      double cpu = cpuMillis(busy) - cpuBefore;
      double share = cores * CpuGroup.PERIOD_MICROS / 1e3;
      assertThat(cpu)
          .isBetween(
              (1 - TOLERANCE) * share * (after.times() - before.times()),
              (1 + TOLERANCE) * share * (after.periods() - before.periods()));
      assertThat(after.share()).isPositive();
    } finally {
      busy.destroyForcibly().waitFor();
    }
  }

  private static double cpuMillis(Process process) {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e6;
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
  void a_group_may_be_closed_twice() throws Exception {
    CpuGroup group = groups().make(NAME + "-twice", 1);
    group.close();
    group.close();
    assertThat(group.directory()).doesNotExist();
  }

  @Test
  void groups_of_processes_that_are_gone_are_left_over() {
    Path parent = Path.of("cgroup");
    List<Path> groups =
        List.of(
            parent.resolve("breakwater-17-gateway-1"),
            parent.resolve("breakwater-trial-17"),
            parent.resolve("breakwater-18-gateway-1"),
            parent.resolve("breakwater-test-18"),
            parent.resolve("breakwater"),
            parent.resolve("other-17-gateway-1"));
    assertThat(CpuGroups.leftovers(groups, pid -> pid == 18))
        .containsExactly(
            parent.resolve("breakwater-17-gateway-1"), parent.resolve("breakwater-trial-17"));
  }

  @Test
  void what_a_killed_process_left_behind_is_removed_by_the_next_one() throws Exception {
    CpuGroups groups = groups();
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    CpuGroup left = groups.make("breakwater-%d-gateway-1".formatted(gone.pid()), 1);
    try (CpuGroup own = groups.make(NAME + "-own", 1)) {
      CpuGroups.find();
      assertThat(left.directory()).doesNotExist();
      assertThat(own.directory()).exists();
    }
  }

  @Test
  void an_empty_group_of_the_same_name_is_no_obstacle() throws Exception {
    CpuGroups groups = groups();
    groups.make(NAME + "-same", 1);
    try (CpuGroup group = groups.make(NAME + "-same", 0.5)) {
      assertThat(group.directory()).exists();
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
