package io.breakwater.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.faults.Kind;
import io.breakwater.loadtest.chaos.faults.Means;
import io.breakwater.loadtest.chaos.plan.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class ChaosOptionsTest {
  @Command
  private static final class Holder {
    @Mixin private ChaosOptions options = new ChaosOptions();
  }

  private static ChaosOptions parse(String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.options;
  }

  @Test
  void nothing_has_to_be_said() {
    ChaosOptions options = parse();

    assertThat(options.problem()).isEmpty();
    assertThat(options.minutes).isEqualTo(3);
    assertThat(options.cluster().deliveries()).isEqualTo(3);
    assertThat(options.cluster().gateways()).isEqualTo(2);
    assertThat(options.cluster().cassandras()).isEqualTo(1);
    assertThat(options.seed).isPositive();
  }

  @Test
  void a_sabotage_is_known_by_its_name_and_another_is_refused_with_the_list() {
    assertThat(parse("--sabotage=skip-recovery").sabotage()).contains(Sabotage.SKIP_RECOVERY);
    assertThat(parse("--sabotage=skip-recovery").problem()).isEmpty();
    assertThat(parse("--sabotage=all").problem()).isEmpty();
    assertThat(parse("--sabotage=all").isSweep()).isTrue();
    assertThat(parse("--sabotage=skip-lunch").problem())
        .hasValueSatisfying(
            problem ->
                assertThat(problem)
                    .startsWith("--sabotage: skip-lunch (expected: all, ack-before-durable, "));
  }

  @Test
  void takes_what_is_said() {
    ChaosOptions options =
        parse(
            "--minutes=20",
            "--seed=7",
            "--delivery=4",
            "--gateways=3",
            "--cassandra-nodes=3",
            "--faults=kill-delivery,freeze-gateway",
            "--users=20",
            "--devices=2",
            "--rate=100",
            "--report=reports/seven.json");

    assertThat(options.problem()).isEmpty();
    assertThat(options.kinds()).containsExactly(Kind.KILL_DELIVERY, Kind.FREEZE_GATEWAY);
    assertThat(options.report).isEqualTo(Path.of("reports/seven.json"));
    assertThat(options.size().addresses()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --minutes=1 | --minutes: 1 (expected: 2..1440)
          --delivery=0 | --delivery: 0 (expected: 1..9)
          --gateways=10 | --gateways: 10 (expected: 1..9)
          --cassandra-nodes=2 | --cassandra-nodes: 2 (expected: 1 or 3)
          --users=1 | --users: 1 (expected: 2..133)
          --devices=9 | --devices: 9 (expected: 1..8)
          --rate=0 | --rate: 0.0 (expected: above 0, at most 2000)
          --rate=NaN | --rate: NaN (expected: above 0, at most 2000)
          --payload=47 | --payload: 47 (expected: 48..32768)
          --base-port=-1 | --base-port: -1 (expected: 1..65492, or 0 for free ones)
          """)
  void says_what_makes_no_sense(String argument, String problem) {
    assertThat(parse(argument).problem()).contains(problem);
  }

  @Test
  void a_fault_that_does_not_exist_makes_no_sense() {
    assertThat(parse("--faults=kill-delivery,earthquake").problem())
        .get()
        .asString()
        .startsWith("--faults: earthquake (expected: all, kill-gateway, ");
  }

  @Test
  void a_cluster_that_can_bear_nothing_of_what_was_chosen_makes_no_sense() {
    assertThat(parse("--delivery=1", "--faults=kill-delivery").problem())
        .get()
        .asString()
        .startsWith(
            "--faults: kill-delivery (expected: one at least that this cluster can bear, of");
  }

  @Test
  void what_is_not_broken_is_named() {
    assertThat(parse("--delivery=2").notTried())
        .contains("kill-two-deliveries", "part-deliveries")
        .doesNotContain("kill-delivery", "clock-step-delivery", "disk-full-cassandra");
    assertThat(parse("--delivery=2", "--separate-hosts").notTried())
        .containsExactly("kill-two-deliveries", "part-cassandras", "mute-cassandra-cassandra");
    assertThat(parse("--faults=freeze-delivery").notTried())
        .contains("kill-gateway", "isolate-delivery")
        .doesNotContain("freeze-delivery");
  }

  @Test
  void what_this_machine_has_no_means_for_is_not_broken_and_named() {
    ChaosOptions options = parse("--faults=kill-delivery,clock-step-gateway,disk-full-cassandra");
    options.lacks(Map.of(Means.DISKS, "needs root"));

    assertThat(options.problem()).isEmpty();
    assertThat(options.kinds()).containsExactly(Kind.KILL_DELIVERY, Kind.CLOCK_STEP_GATEWAY);
    assertThat(options.notTried()).contains("disk-full-cassandra");
  }

  @Test
  void what_this_machine_has_no_means_for_makes_no_sense_alone() {
    ChaosOptions options = parse("--faults=disk-full-cassandra");
    options.lacks(Map.of(Means.DISKS, "needs root"));

    assertThat(options.problem())
        .get()
        .asString()
        .startsWith("--faults: disk-full-cassandra (expected: ")
        .endsWith("; a disk for each Cassandra node needs root)");
  }

  @Test
  void links_are_broken_between_hosts_only() {
    assertThat(parse("--faults=part-deliveries").problem())
        .get()
        .asString()
        .endsWith("; others need --separate-hosts)");
    ChaosOptions options = parse("--faults=part-deliveries", "--separate-hosts");
    assertThat(options.problem()).isEmpty();
    assertThat(options.kinds()).containsExactly(Kind.PART_DELIVERIES);
  }

  @Test
  void the_same_seed_breaks_the_same() {
    List<Step> steps = parse("--seed=1").schedule().steps();

    assertThat(steps).isNotEmpty().isEqualTo(parse("--seed=1").schedule().steps());
    assertThat(steps).isNotEqualTo(parse("--seed=2").schedule().steps());
  }
}
