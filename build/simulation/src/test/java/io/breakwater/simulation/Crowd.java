package io.breakwater.simulation;

import io.breakwater.loadtest.surge.scenario.InvalidScenario;
import io.breakwater.loadtest.surge.scenario.Scenarios;
import io.breakwater.loadtest.surge.scenario.arrivals.RateCurve;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * Who comes, and who writes: the rates of a scenario file at three moments of its day, each of which
 * is held for a while.
 *
 * @param calmS how long it is as between two bursts
 * @param burstS how long it is as in a burst; then it is as between two of them again
 */
record Crowd(List<Double> signUps, List<Double> messages, double calmS, double burstS) {
  Crowd {
    signUps = List.copyOf(signUps);
    messages = List.copyOf(messages);
  }

  private static final Duration BEFORE = Duration.ofMinutes(17 * 60 + 35);
  private static final Duration BURST = Duration.ofMinutes(17 * 60 + 45);
  private static final Duration AFTER = Duration.ofMinutes(17 * 60 + 55);

  /** Of {@code telegram-2021-10-04}; newcomers write two messages each, as many as came before. */
  static Crowd telegram(double divisor, double calmS, double burstS) {
    Scenario day = load();
    RateCurve comers = day.stream("refugees").rate();
    RateCurve chat = day.stream("chat").rate();
    double hour =
        (comers.expectedUntil(BURST) - comers.expectedUntil(BURST.minus(Duration.ofHours(1)))) / 3_600;
    return new Crowd(
        at(comers, 0, divisor), at(chat, 2 * hour, divisor), calmS, burstS);
  }

  private static List<Double> at(RateCurve curve, double more, double divisor) {
    return List.of(
      (curve.at(BEFORE) + more) / divisor,
      (curve.at(BURST) + more) / divisor,
      (curve.at(AFTER) + more) / divisor);
  }

  private static Scenario load() {
    try {
      return Scenarios.load("telegram-2021-10-04");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InvalidScenario e) {
      throw new IllegalStateException(e);
    }
  }

  private int phase(double atMs) {
    double second = atMs / 1_000;
    return second < calmS ? 0 : second < calmS + burstS ? 1 : 2;
  }

  /** People who come to sign up, per ms. */
  double signUpsPerMs(double atMs) {
    return signUps.get(phase(atMs)) / 1_000;
  }

  /** Messages per ms. */
  double messagesPerMs(double atMs) {
    return messages.get(phase(atMs)) / 1_000;
  }
}
