package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.surge.fleet.Job;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.Scenarios;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class PlanTest {
  private static final Instant BEGUN = Instant.parse("2001-09-09T01:46:40Z");
  private static final List<String> GATEWAY = List.of("127.0.0.1:7400");

  private final SurgeOptions options = CommandLine.populateCommand(new SurgeOptions());

  private Plan plan(double scale, Fault... faults) throws Exception {
    options.scenario = "monday-9am";
    Scenario shipped = Scenarios.load(options.scenario);
    Scenario written =
        new Scenario(
            shipped.name(),
            shipped.title(),
            shipped.facts(),
            shipped.model(),
            shipped.duration(),
            shipped.small(),
            shipped.servers(),
            shipped.populations(),
            shipped.streams(),
            shipped.message(),
            List.of(faults),
            shipped.limits(),
            shipped.content());
    return new Plan(options, Replay.of(written, new Reduction(scale, 1)), BEGUN);
  }

  @Test
  void nothing_is_wrong_with_what_is_shipped() throws Exception {
    assertThat(plan(1_000).problem()).isEmpty();
  }

  @Test
  void names_a_target_that_is_no_address() throws Exception {
    options.target = List.of("127.0.0.1:7400", "nowhere");
    assertThat(plan(1_000).problem())
        .contains("gateway: 'nowhere' (expected: HOST:PORT of a host that is known)");
  }

  @Test
  void refuses_quotas_that_would_hold_when_all_is_over() throws Exception {
    options.quotas = List.of("gateway=0.5");
    options.quotaFrom = 60;
    assertThat(plan(1_000).problem()).isEmpty();
    long duration = Scenarios.load("monday-9am").duration().toSeconds();
    options.quotaFrom = Math.toIntExact(duration);
    assertThat(plan(1_000).problem())
        .contains(
            "--quota-from=%d (expected: less than the %d s that the scenario lasts)"
                .formatted(duration, duration));
  }

  @Test
  void refuses_more_generators_than_there_are_addresses_for() throws Exception {
    assertThat(plan(1).problem())
        .get()
        .asString()
        .startsWith("generators: ")
        .endsWith("(expected: at most 50; a larger --scale has fewer phones)");
  }

  @Test
  void refuses_more_gateways_than_a_stack_has_with_those_that_are_added() throws Exception {
    options.gateways = 9;
    Fault added = new Fault.AddGateway(Duration.ofSeconds(1));
    assertThat(plan(1_000, added).problem())
        .contains(
            "stack: 10 gateways, 1 delivery nodes, 1 Cassandra nodes (expected: 1..9 of each)");
  }

  @Test
  void refuses_to_break_servers_that_it_did_not_start() throws Exception {
    options.target = GATEWAY;
    Fault killed = new Fault.KillGateway(Duration.ofSeconds(1), Optional.empty());
    assertThat(plan(1_000, killed).problem())
        .get()
        .asString()
        .startsWith("--target: the scenario has kill-gateway (expected: ");
    Fault away = new Fault.HangUp(Duration.ofSeconds(1), "staff", 0.5, Duration.ofSeconds(1));
    assertThat(plan(1_000, away).problem()).isEmpty();
  }

  @Test
  void a_quota_of_a_tier_is_that_of_all_its_servers_with_those_that_are_added() throws Exception {
    options.quotas = List.of("gateway=0.25");
    options.gateways = 3;
    options.generators = 2;
    options.ownProcessor = true;
    Fault added = new Fault.AddGateway(Duration.ofSeconds(1));
    assertThat(plan(1_000, added).quotas(4))
        .containsExactly(
            new Setting.Quota("gateway", 4, 1),
            new Setting.Quota("all servers", 6, 3),
            new Setting.Quota("generator", 2, 1));
  }

  @Test
  void all_generators_are_of_the_same_run_and_share_no_address_and_no_file() throws Exception {
    options.generators = 2;
    Plan plan = plan(1_000);
    Job first = plan.job(0, GATEWAY, Path.of("run"));
    Job second = plan.job(1, GATEWAY, Path.of("run"));
    assertThat(first.run()).isEqualTo("s" + Long.toString(1_000_000_000, 36));
    assertThat(second.run()).isEqualTo(first.run());
    assertThat(second.firstSource()).isEqualTo(first.firstSource() + first.sources());
    assertThat(second.facts()).isNotEqualTo(first.facts());
    assertThat(second.users()).isNotEqualTo(first.users());
  }
}
