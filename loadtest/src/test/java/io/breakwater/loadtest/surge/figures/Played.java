package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.PhaseFigures;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.scenario.InvalidScenario;
import io.breakwater.loadtest.surge.scenario.Scenarios;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What was played, with a stream of each kind; half a minute. Times are in milliseconds. */
final class Played {
  static final int EXISTING = 0;
  static final int NEWCOMERS = 1;

  static final int CHAT = 0;
  static final int ARRIVE = 1;
  static final int NETWORKS = 2;
  static final int REFUGEES = 3;

  static final int SECONDS = 30;
  static final int DEVICES = 2;

  /** Not 0: the clock begins anywhere. */
  static final long BEGIN = 7_000_000_000_123L;

  static final Scenario SCENARIO =
      scenario(
          """
          name: made-up
          title: Nothing that happened.
          facts: []
          model: None.
          duration: 30s
          small: {scale: 1, compress: 1}
          populations:
            existing: {kind: existing, users: 300, online: 80%, devices: 2, behaviour: {obedient: 100%}}
            newcomers: {kind: newcomers, behaviour: {obedient: 100%}}
          streams:
            chat: {kind: messages, of: existing, rate: 200/s}
            arrive: {kind: connects, of: existing, rate: 1/s}
            networks: {kind: reconnects, of: existing, rate: 2/s}
            refugees:
              kind: sign-ups
              of: newcomers
              rate: 3/s
              then: {look-ups: 0, messages: 2, to: existing, over: 3s, stay: 4s}
          message:
            payload: {160B: 100%}
            replies: 0%
            conversations: {of: pairs, partners: 6, popularity: uniform}
          faults: []
          limits:
            - {phase: send-to-accepted, of: existing, p99: 1s}
            - {phase: sign-up, of: newcomers, goodput: 90%}
            - {phase: accepted-to-delivered, of: existing, rate: 100/s}
          """);

  private static Scenario scenario(String yaml) {
    try {
      return Scenarios.parse("made-up.yaml", yaml);
    } catch (InvalidScenario e) {
      throw new AssertionError(e);
    }
  }

  static final Setting SETTING =
      new Setting(
          "made-up",
          List.of(),
          "None.",
          1,
          1,
          1,
          "0123456789ab",
          "none",
          "2026-11-26T12:00:00Z",
          SECONDS,
          "none",
          "none",
          List.of(),
          null,
          "0123456789ab",
          Double.NaN,
          false,
          Map.of(),
          false,
          0);

  private Played() {}

  static long at(double ms) {
    return BEGIN + Math.round(ms * 1e6);
  }

  /** A run that ends then. */
  static Span until(double ms) {
    return new Span(BEGIN, at(ms));
  }

  static Who existing(long user, int device) {
    return new Who(EXISTING, user, device);
  }

  static Who newcomer(long user) {
    return new Who(NEWCOMERS, user, 0);
  }

  /** Of one generator that ran for as long as the scenario. */
  static SurgeResult result(Fact... facts) {
    return result(until(SECONDS * 1000), List.of(Arrays.asList(facts)));
  }

  static SurgeResult result(Span span, List<List<Fact>> generators) {
    Figures figures = new Figures(SCENARIO, span);
    generators.forEach(facts -> facts.forEach(figures.generator()));
    return figures.result(SETTING, ServerSamples.NONE, List.of());
  }

  /** Of a phase that came about, or was to. */
  static PhaseFigures phase(SurgeResult result, Phase phase, int population) {
    String name = SCENARIO.populations().get(population).name();
    return result.phases().stream()
        .filter(each -> each.phase() == phase && each.population().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(phase + " of " + name + " in " + result.phases()));
  }
}
