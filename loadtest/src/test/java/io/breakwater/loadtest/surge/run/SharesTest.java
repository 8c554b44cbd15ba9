package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Size;
import io.breakwater.loadtest.surge.quota.CpuGroup;
import io.breakwater.loadtest.surge.quota.CpuGroups;
import io.breakwater.loadtest.verdict.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class SharesTest {
  private static final String GATEWAY = "gateway-1";

  private static CpuGroup group(String name) throws IOException {
    Optional<String> problem = CpuGroups.problem();
    Assumptions.assumeTrue(problem.isEmpty(), () -> problem.orElse(""));
    return CpuGroups.find().make("breakwater-shares-%d-%s".formatted(self(), name), 1);
  }

  private static long self() {
    return ProcessHandle.current().pid();
  }

  @Test
  void reads_how_many_processors_each_server_of_a_kind_may_use() {
    assertThat(Shares.parse("gateway=0.25")).isEqualTo(Map.entry(Part.GATEWAY, 0.25));
    for (String bad : new String[] {"gateway", "gateway=0", "gateway=NaN", "phone=1", "=1"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Shares.parse(bad))
          .withMessageContaining("'" + bad + "' (expected: ");
    }
  }

  @Test
  void says_how_often_a_server_had_used_up_its_share() {
    assertThat(Shares.text(GATEWAY, new CpuGroup.Throttled(400, 100, 7)))
        .isEqualTo("quota: gateway-1 had used up its share in 25 % of 400 periods");
  }

  @Test
  void holds_a_server_and_its_successor() throws Exception {
    Process first = new ProcessBuilder("sleep", "60").start();
    Process second = new ProcessBuilder("sleep", "60").start();
    CpuGroup group = group("held");
    try (Shares shares = Shares.of(Map.of(GATEWAY, group))) {
      try {
        shares.hold(GATEWAY, first.pid());
        shares.hold(GATEWAY, second.pid());
        assertThat(Files.readAllLines(group.directory().resolve("cgroup.procs")))
            .contains(Long.toString(first.pid()), Long.toString(second.pid()));
        assertThat(shares.problems()).isEmpty();
      } finally {
        first.destroyForcibly().waitFor();
        second.destroyForcibly().waitFor();
      }
    }
    assertThat(group.directory()).doesNotExist();
  }

  @Test
  void holds_nobody_after_the_quotas_were_lifted() throws IOException {
    CpuGroup group = group("lifted");
    try (Shares shares = Shares.of(Map.of(GATEWAY, group))) {
      shares.lift();
      shares.hold(GATEWAY, self());
      assertThat(Files.readAllLines(group.directory().resolve("cgroup.procs"))).isEmpty();
      assertThat(quota(group)).isIn("-1", "max 20000");
      assertThat(shares.throttled()).containsOnlyKeys(GATEWAY);
      assertThat(shares.problems()).isEmpty();
    }
  }

  private static String quota(CpuGroup group) throws IOException {
    Path v1 = group.directory().resolve("cpu.cfs_quota_us");
    return Files.readString(Files.exists(v1) ? v1 : group.directory().resolve("cpu.max")).strip();
  }

  @Test
  void says_that_a_server_which_runs_is_not_held() throws IOException {
    CpuGroup group = group("gone");
    group.close();
    try (Shares shares = Shares.of(Map.of(GATEWAY, group))) {
      shares.hold(GATEWAY, self());
      assertThat(shares.problems())
          .singleElement()
          .asString()
          .startsWith("gateway-1 was not held to its quota: ");
    }
  }

  @Test
  void removes_a_group_when_its_server_has_ended() throws Exception {
    // Reads until its input ends.
    Process server = new ProcessBuilder("cat").start();
    CpuGroup group = group("ending");
    Shares shares = Shares.of(Map.of(GATEWAY, group));
    shares.hold(GATEWAY, server.pid());
    AtomicBoolean isToldToEnd = new AtomicBoolean();
    CompletableFuture<Boolean> hasWaited =
        CompletableFuture.supplyAsync(
            () -> {
              shares.close();
              return isToldToEnd.get();
            });
    // It has begun to close when the quota is gone.
    Clock.await("the begin", Duration.ofSeconds(20), () -> isLifted(group) || hasWaited.isDone());
    isToldToEnd.set(true);
    server.outputWriter().close();
    assertThat(hasWaited.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(group.directory()).doesNotExist();
    server.waitFor();
  }

  private static boolean isLifted(CpuGroup group) {
    try {
      return List.of("-1", "max 20000").contains(quota(group));
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void makes_a_group_for_each_server_of_a_kind() throws IOException {
    group("probe").close();
    try (Shares shares =
        Shares.of(new Size(2, 1, 1), Map.of(Part.GATEWAY, 0.5, Part.CASSANDRA, 1.0))) {
      assertThat(shares.throttled()).containsOnlyKeys("cassandra", "gateway-1", "gateway-2");
    }
  }

  @Test
  void does_not_mind_a_server_that_has_ended() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    CpuGroup group = group("ended");
    try (Shares shares = Shares.of(Map.of(GATEWAY, group))) {
      shares.hold(GATEWAY, gone.pid());
      assertThat(shares.problems()).isEmpty();
    }
  }
}
