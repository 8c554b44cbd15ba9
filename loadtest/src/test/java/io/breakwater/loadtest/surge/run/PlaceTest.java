package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.surge.quota.Processors;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.Scenarios;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class PlaceTest {
  @Test
  void has_all_processors_though_the_run_is_held_to_some_of_them() throws Exception {
    SurgeOptions options = CommandLine.populateCommand(new SurgeOptions());
    options.scenario = "monday-9am";
    options.ownProcessor = true;
    Replay replay = Replay.of(Scenarios.load("monday-9am"), new Reduction(1_000, 1));
    long self = ProcessHandle.current().pid();
    Processors all = processors(self);
    Plan plan = new Plan(options, replay, Instant.EPOCH);
    Place place = Place.of(Path.of(""), plan);
    try {
      hold(all.last(), self);
      assertThat(place.machine()).startsWith(all.numbers().size() + " x ");
      assertThat(place.quotas())
          .contains(
              new Setting.Quota(
                  "all servers", plan.size().names().size(), all.numbers().size() - 1));
    } finally {
      hold(all, self);
    }
  }

  private static Processors processors(long pid) {
    try {
      Processors all = Processors.of(pid);
      Assumptions.assumeTrue(all.numbers().size() > 1, "one processor");
      return all;
    } catch (IOException e) {
      return Assumptions.abort("no Linux: " + e);
    }
  }

  private static void hold(Processors processors, long pid) {
    try {
      processors.hold(pid);
    } catch (TrialFailure e) {
      Assumptions.abort("no taskset: " + e.getMessage());
    }
  }
}
