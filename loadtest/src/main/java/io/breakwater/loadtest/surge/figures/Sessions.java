package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.report.result.Phase;

/**
 * Sessions that arrivals of the schedule begin: an arrival is done when all devices that it brings
 * are welcomed. Arrival and session find each other by the intended time. Who waits for a session
 * without an arrival, a newcomer or a device that was cut off, is {@link Presence}'s business.
 */
final class Sessions {
  /** By population and intended time. */
  private final Numbering arrivals = new Numbering();

  private final Ints streams = new Ints();
  private final Ints isResume = new Ints();
  private final Ints expected = new Ints();
  private final Ints welcomed = new Ints();
  private final Ints left = new Ints();
  private final Longs lastWelcome = new Longs(Presence.NEVER);

  /**
   * @param devices that it brings
   */
  void due(Fact.Due fact, Phase phase, int population, int devices) {
    int arrival = arrivals.of(population, fact.intendedNanos());
    // Two arrivals at the same nanosecond share a place; which of them gives it the stream must not
    // depend on the order of files.
    boolean isFirst = expected.get(arrival) == 0;
    streams.set(arrival, isFirst ? fact.stream() : Math.min(streams.get(arrival), fact.stream()));
    if (phase == Phase.RESUME) {
      isResume.set(arrival, 1);
    }
    expected.set(arrival, expected.get(arrival) + devices);
  }

  void welcomed(Fact.Welcomed fact) {
    int arrival = arrivals.of(fact.who().population(), fact.sinceNanos());
    welcomed.increment(arrival);
    lastWelcome.set(arrival, Math.max(lastWelcome.get(arrival), fact.welcomeNanos()));
  }

  /** A device that it brings left before it was welcomed: nobody waits for it any more. */
  void left(int population, long intendedNanos) {
    left.increment(arrivals.of(population, intendedNanos));
  }

  /** All facts are there. */
  void end(Latencies latencies, Streams done) {
    for (int arrival = 0; arrival < arrivals.size(); arrival++) {
      int missing = expected.get(arrival) - welcomed.get(arrival) - left.get(arrival);
      Phase phase = isResume.get(arrival) == 1 ? Phase.RESUME : Phase.CONNECT;
      for (int i = 0; i < missing; i++) {
        latencies.open(phase, arrivals.first(arrival), arrivals.second(arrival));
      }
      if (expected.get(arrival) > 0 && missing <= 0 && left.get(arrival) == 0) {
        done.done(streams.get(arrival), arrivals.second(arrival), lastWelcome.get(arrival));
      }
    }
  }
}
