package io.breakwater.loadtest.surge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.surge.figures.ServerSamples;
import io.breakwater.loadtest.surge.figures.ServerSamples.ServerProcess;
import io.breakwater.loadtest.surge.report.result.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EndingTest {
  private final List<String> steps = new ArrayList<>();

  private final class Noted implements Ending.Work {
    @Override
    public void awaitQuiet() {
      steps.add("quiet");
    }

    @Override
    public ServerSamples samples() {
      steps.add("samples");
      return new ServerSamples(
          List.of(
              new ServerProcess("gateway", "gateway-1", List.of()),
              new ServerProcess("cassandra", "cassandra", List.of())),
          List.of(),
          List.of(),
          List.of());
    }

    @Override
    public Map<String, Double> throttled() {
      steps.add("throttled");
      return Map.of("gateway-1", 0.5);
    }

    @Override
    public void liftQuotas() {
      steps.add("quotas lifted");
    }

    @Override
    public List<Trouble> finish() {
      steps.add("everybody asked");
      return List.of(Trouble.ofRun("No port was free."));
    }

    @Override
    public List<Trouble> troubles() {
      steps.add("troubles");
      return List.of(Trouble.ofRun("gateway-1 was not held."));
    }
  }

  private long now() {
    steps.add("end");
    return 17;
  }

  @Test
  void quotas_are_lifted_after_the_end_and_before_anybody_is_asked_whether_all_is_there() {
    var _ = Ending.of(new Noted(), this::now);
    assertThat(steps)
        .containsExactly(
            "quiet", "end", "samples", "throttled", "quotas lifted", "everybody asked", "troubles");
  }

  @Test
  void tells_when_the_run_was_over_and_who_had_used_up_its_quota() {
    Ending.Ended ended = Ending.of(new Noted(), this::now);
    assertThat(ended.atNanos()).isEqualTo(17);
    assertThat(ended.samples().processes())
        .extracting(ServerProcess::throttled)
        .containsExactly(0.5, Double.NaN);
    assertThat(ended.troubles())
        .containsExactly(
            Trouble.ofRun("gateway-1 was not held."), Trouble.ofRun("No port was free."));
  }
}
