package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.report.result.Objective;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.scenario.model.Limit;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.util.List;

/** The limits of a scenario, and what was measured. */
final class Objectives {
  private Objectives() {}

  static List<Objective> of(Scenario scenario, Latencies latencies) {
    double seconds = scenario.duration().toNanos() / 1e9;
    return scenario.limits().stream().map(each -> of(each, latencies, seconds)).toList();
  }

  private static Objective of(Limit limit, Latencies latencies, double seconds) {
    Phase phase = measured(limit.phase());
    PhaseTimes times = latencies.of(phase, limit.of());
    return switch (limit) {
      case Limit.Latency latency ->
          Objective.latency(
              phase,
              limit.of(),
              latency.percentile(),
              latency.atMost().toNanos() / 1e6,
              times.percentileMs(latency.percentile()));
      case Limit.Goodput goodput ->
          Objective.goodput(phase, limit.of(), goodput.atLeast() * 100, times.goodput() * 100);
      case Limit.Rate rate ->
          Objective.rate(
              phase, limit.of(), rate.perSecondAtLeast(), times.endedInSchedule() / seconds);
    };
  }

  /** What a scenario calls a phase, and what the result does. */
  private static Phase measured(io.breakwater.loadtest.surge.scenario.model.Phase phase) {
    return switch (phase) {
      case SIGN_UP -> Phase.SIGN_UP;
      case CONNECT -> Phase.CONNECT;
      case RESUME -> Phase.RESUME;
      case SEND_TO_ACCEPTED -> Phase.SEND_TO_ACCEPTED;
      case ACCEPTED_TO_DELIVERED -> Phase.ACCEPTED_TO_DELIVERED;
      case SEND_TO_DELIVERED -> Phase.SEND_TO_DELIVERED;
      case SYNC -> Phase.SYNC;
    };
  }
}
