package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.surge.fleet.Job;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.Scenarios;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private static final Instant BEGUN = Instant.parse("2001-09-09T01:46:40Z");
  private static final List<String> GATEWAY = List.of("127.0.0.1:7400");

  private final SurgeOptions options = new SurgeOptions();

  private Plan plan(double scale) throws Exception {
    options.scenario = "monday-9am";
    Scenario written = Scenarios.load(options.scenario);
    return new Plan(options, Replay.of(written, new Reduction(scale, 1)), BEGUN);
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
