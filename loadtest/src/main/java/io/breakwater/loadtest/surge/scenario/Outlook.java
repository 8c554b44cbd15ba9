package io.breakwater.loadtest.surge.scenario;

import io.breakwater.loadtest.surge.scenario.arrivals.RateCurve;
import io.breakwater.loadtest.surge.scenario.model.Afterwards;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * What a scenario will come to, as it is played, if all goes well: no waiting, no faults. Means, at
 * {@link #STEPS} moments.
 */
final class Outlook {
  private static final long STEPS = 2000;

  private final Scenario scenario;

  Outlook(Scenario scenario) {
    this.scenario = scenario;
  }

  /** The most connections at a time. */
  double peakSockets() {
    return peak(this::socketsAt);
  }

  /** Messages per second at the highest, first messages of newcomers included. */
  double peakMessages() {
    return peak(this::messagesAt);
  }

  /** All messages, first ones of newcomers included. */
  double messages() {
    return sum(
        stream ->
            switch (stream) {
              case ArrivalStream.Messages messages -> messages.rate().expected();
              case ArrivalStream.SignUps signUps -> firstMessages(signUps);
              case ArrivalStream.Connects _, ArrivalStream.Reconnects _ -> 0;
            });
  }

  /** Those of newcomers. */
  static double firstMessages(ArrivalStream.SignUps signUps) {
    return signUps.then().map(Afterwards::messages).orElse(0) * signUps.rate().expected();
  }

  /** Accounts, and messages that wait for their users, to be made before the begin. */
  long unread() {
    return scenario.populations().stream()
        .mapToLong(each -> (each.users() - each.online()) * each.unread())
        .sum();
  }

  private double peak(ToDoubleFunction<Duration> figure) {
    long step = Math.max(1, scenario.duration().toNanos() / STEPS);
    return LongStream.range(0, STEPS)
        .mapToObj(i -> Duration.ofNanos(i * step))
        .mapToDouble(figure)
        .max()
        .orElseThrow();
  }

  private double sum(ToDoubleFunction<ArrivalStream> figure) {
    return scenario.streams().stream().mapToDouble(figure).sum();
  }

  private double socketsAt(Duration time) {
    return scenario.populations().stream().mapToDouble(each -> socketsAt(time, each)).sum();
  }

  private double socketsAt(Duration time, Population population) {
    double come =
        sum(
            stream ->
                stream.of().equals(population.name())
                    ? switch (stream) {
                      case ArrivalStream.SignUps(_, _, RateCurve rate, var then) ->
                          then.map(each -> during(rate, time, each.stay().orElse(time)))
                              .orElse(0.0);
                      case ArrivalStream.Connects(_, _, RateCurve rate, var stay) ->
                          during(rate, time, stay.orElse(time));
                      case ArrivalStream.Reconnects _, ArrivalStream.Messages _ -> 0;
                    }
                    : 0);
    boolean areNew = population.kind() == Population.Kind.NEWCOMERS;
    double most = areNew ? Double.POSITIVE_INFINITY : population.users();
    return Math.min(population.online() + come, most) * population.devices();
  }

  private double messagesAt(Duration time) {
    return sum(
        stream ->
            switch (stream) {
              case ArrivalStream.Messages messages -> messages.rate().at(time);
              case ArrivalStream.SignUps signUps ->
                  signUps
                      .then()
                      .map(then -> firstMessagesAt(time, signUps.rate(), then))
                      .orElse(0.0);
              case ArrivalStream.Connects _, ArrivalStream.Reconnects _ -> 0;
            });
  }

  private static double firstMessagesAt(Duration time, RateCurve signUps, Afterwards then) {
    return then.messages() == 0
        ? 0
        : then.messages() * during(signUps, time, then.over()) / (then.over().toNanos() / 1e9);
  }

  /** Arrivals in the stretch that ends now. */
  private static double during(RateCurve rate, Duration now, Duration stretch) {
    return rate.expectedUntil(now) - rate.expectedUntil(now.minus(stretch));
  }
}
