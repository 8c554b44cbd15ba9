package io.breakwater.loadtest.chaos.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever the seed, the cluster and the faults. */
final class ScheduleTest {
  private static final int SEEDS = 2_000;
  private static final List<Fault> ALL = all();

  private static List<Fault> all() {
    List<Fault> all = new ArrayList<>();
    for (Tier tier : Tier.values()) {
      all.add(new Fault.Kill(tier));
      all.add(new Fault.Freeze(tier));
      all.add(new Fault.DiskFull(tier));
      all.add(new Fault.Isolation(tier));
      all.add(new Fault.SlowLink(tier));
      all.add(new Fault.HalfOpen(tier));
      all.add(new Fault.ClockStep(tier));
      all.add(new Fault.RollingRestart(tier));
      all.add(new Fault.LeaveAndJoin(tier));
      for (Tier other : Tier.values()) {
        all.add(new Fault.KillTwo(tier, other));
        all.add(new Fault.ReplaceUnseen(tier, other));
        all.add(new Fault.KillMidWrite(tier, other));
        all.add(new Fault.Partition(tier, other, Fault.Direction.BOTH_WAYS));
        all.add(new Fault.Partition(tier, other, Fault.Direction.ONE_WAY));
      }
    }
    return all;
  }

  private static Schedule any(long seed) {
    Random random = new Random(seed);
    Cluster cluster =
        new Cluster(1 + random.nextInt(4), 1 + random.nextInt(4), 1 + random.nextInt(4));
    List<Fault> faults = new ArrayList<>(ALL);
    faults.removeIf(_ -> random.nextInt(3) == 0);
    faults.add(new Fault.Kill(Tier.CASSANDRA));
    return Schedule.draw(seed, Duration.ofMinutes(2 + random.nextInt(30)), cluster, faults);
  }

  @Test
  void a_seed_draws_the_same_again_and_another_one_something_else() {
    Set<List<Step>> different = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      assertThat(any(seed)).isEqualTo(any(seed));
      different.add(any(seed).steps());
    }
    assertThat(different).hasSizeGreaterThan(SEEDS * 9 / 10);
  }

  @Test
  void faults_come_one_after_the_other_with_time_to_heal() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Schedule schedule = any(seed);
      long calmSinceMs = 0;
      assertThat(schedule.steps()).isNotEmpty();
      for (Step step : schedule.steps()) {
        assertThat(step.atMs()).isGreaterThanOrEqualTo(calmSinceMs + 10_000);
        assertThat(step.durationMs()).isBetween(0L, 40_000L);
        calmSinceMs = step.endMs();
      }
      assertThat(calmSinceMs).isLessThanOrEqualTo(schedule.lasts().toMillis() - 60_000);
    }
  }

  @Test
  void enough_stays_up() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Schedule schedule = any(seed);
      for (Step step : schedule.steps()) {
        Map<Tier, Integer> down = down(step);
        assertThat(down.getOrDefault(Tier.GATEWAY, 0)).isLessThan(schedule.cluster().gateways());
        assertThat(down.getOrDefault(Tier.DELIVERY, 0)).isLessThan(schedule.cluster().deliveries());
        assertThat(down.getOrDefault(Tier.CASSANDRA, 0)).isLessThanOrEqualTo(1);
      }
    }
  }

  /** At once. */
  private static Map<Tier, Integer> down(Step step) {
    Map<Tier, Integer> down = new EnumMap<>(Tier.class);
    switch (step.fault()) {
      case Fault.Kill _, Fault.KillTwo _, Fault.Freeze _, Fault.DiskFull _, Fault.LeaveAndJoin _ ->
          step.targets().forEach(node -> down.merge(node.tier(), 1, Integer::sum));
      case Fault.Isolation _, Fault.HalfOpen _, Fault.ReplaceUnseen _, Fault.KillMidWrite _ ->
          step.targets().forEach(node -> down.merge(node.tier(), 1, Integer::sum));
      case Fault.RollingRestart(Tier tier) -> down.put(tier, 1);
      case Fault.Partition _, Fault.SlowLink _, Fault.ClockStep _ -> {}
    }
    return down;
  }

  @Test
  void targets_are_different_nodes_that_there_are() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Schedule schedule = any(seed);
      for (Step step : schedule.steps()) {
        assertThat(step.targets()).isNotEmpty().doesNotHaveDuplicates();
        for (Node node : step.targets()) {
          assertThat(node.index()).isBetween(0, schedule.cluster().size(node.tier()) - 1);
        }
        if (step.fault() instanceof Fault.RollingRestart(Tier tier)) {
          assertThat(step.targets()).hasSize(schedule.cluster().size(tier));
        }
      }
    }
  }

  @Test
  void every_fault_and_every_node_has_its_turn() {
    Cluster cluster = new Cluster(3, 3, 3);
    Schedule schedule = Schedule.draw(5, Duration.ofHours(4), cluster, ALL);
    List<Fault> bearable = Schedule.bearable(cluster, ALL);

    assertThat(schedule.steps().subList(0, bearable.size()))
        .extracting(Step::fault)
        .containsExactlyInAnyOrderElementsOf(bearable);
    assertThat(schedule.steps().stream().flatMap(step -> step.targets().stream()).distinct())
        .hasSize(9);
  }

  @Test
  void what_a_cluster_cannot_bear_is_left_out() {
    assertThat(Schedule.bearable(new Cluster(1, 2, 1), ALL))
        .contains(
            new Fault.Kill(Tier.DELIVERY),
            new Fault.Kill(Tier.CASSANDRA),
            new Fault.KillTwo(Tier.DELIVERY, Tier.CASSANDRA),
            new Fault.ClockStep(Tier.GATEWAY),
            new Fault.Partition(Tier.DELIVERY, Tier.DELIVERY, Fault.Direction.ONE_WAY))
        .doesNotContain(
            new Fault.Kill(Tier.GATEWAY),
            new Fault.KillTwo(Tier.GATEWAY, Tier.DELIVERY),
            new Fault.KillTwo(Tier.DELIVERY, Tier.DELIVERY),
            new Fault.Isolation(Tier.GATEWAY),
            new Fault.HalfOpen(Tier.GATEWAY),
            new Fault.Partition(Tier.CASSANDRA, Tier.CASSANDRA, Fault.Direction.BOTH_WAYS));
    assertThat(Schedule.bearable(new Cluster(9, 9, 9), ALL))
        .doesNotContain(new Fault.KillTwo(Tier.CASSANDRA, Tier.CASSANDRA));
  }

  @Test
  void a_schedule_that_cannot_be_is_refused() {
    Cluster one = new Cluster(1, 1, 1);
    assertThatThrownBy(
            () ->
                Schedule.draw(1, Duration.ofMinutes(5), one, List.of(new Fault.Kill(Tier.GATEWAY))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 faults");
    assertThatThrownBy(() -> Schedule.draw(1, Duration.ofSeconds(119), one, ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: at least PT2M");
    assertThatThrownBy(() -> new Cluster(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
