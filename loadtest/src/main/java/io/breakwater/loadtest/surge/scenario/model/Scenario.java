package io.breakwater.loadtest.surge.scenario.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A surge: who is there, what arrives when, what breaks, and what has to be kept.
 *
 * @param title one paragraph
 * @param facts what is known of the real day; nothing where there was none
 * @param model what is invented
 * @param small at which size it fits a machine with two cores and five minutes
 * @param message how messages look; empty where nobody writes any
 * @param content a digest of what the file says of all this but its name, texts and {@code small};
 *     the same at any scale, on any clock and with any share of impatient clients
 */
public record Scenario(
    String name,
    String title,
    List<Fact> facts,
    String model,
    Duration duration,
    Reduction small,
    Servers servers,
    List<Population> populations,
    List<ArrivalStream> streams,
    Optional<MessageShape> message,
    List<Fault> faults,
    List<Limit> limits,
    String content) {
  /** Copies what is shared. */
  public Scenario {
    facts = List.copyOf(facts);
    populations = List.copyOf(populations);
    streams = List.copyOf(streams);
    faults = List.copyOf(faults);
    limits = List.copyOf(limits);
  }

  /**
   * One of its populations.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Population population(String wanted) {
    return populations.stream()
        .filter(each -> each.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                unknown("population", wanted, populations.stream().map(Population::name).toList()));
  }

  /**
   * One of its streams.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public ArrivalStream stream(String wanted) {
    return streams.stream()
        .filter(each -> each.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> unknown("stream", wanted, streams.stream().map(ArrivalStream::name).toList()));
  }

  private static IllegalArgumentException unknown(String what, String name, List<String> known) {
    return new IllegalArgumentException(
        "%s: %s (expected: one of %s)".formatted(what, name, String.join(", ", known)));
  }

  /** The same with this share of impatient clients, 0..1, in every population. */
  public Scenario withImpatient(double share) {
    return with(
        duration,
        populations.stream().map(each -> each.withImpatient(share)).toList(),
        streams,
        faults,
        limits);
  }

  /**
   * The same at another scale and on another clock: counts of users are divided by the scale, and
   * stay at least 1 where they were above 0; durations are divided by the compression; rates, per
   * second of the shorter clock, become {@code compress / scale} times as high, so that the number
   * of arrivals is divided by the scale alone. What a client or a server does by its own clock
   * (backoff, return times, heartbeats, a retry each second) stays as long as it is, and so do
   * limits of latencies.
   */
  public Scenario replayed(Reduction by) {
    return with(
        Scaling.time(duration, by),
        populations.stream().map(each -> each.replayed(by)).toList(),
        streams.stream().map(each -> each.replayed(by)).toList(),
        faults.stream().map(each -> each.replayed(by)).toList(),
        limits.stream().map(each -> each.replayed(by)).toList());
  }

  /** The same with other streams, faults and limits. */
  Scenario with(List<ArrivalStream> newStreams, List<Fault> newFaults, List<Limit> newLimits) {
    return with(duration, populations, newStreams, newFaults, newLimits);
  }

  private Scenario with(
      Duration newDuration,
      List<Population> newPopulations,
      List<ArrivalStream> newStreams,
      List<Fault> newFaults,
      List<Limit> newLimits) {
    return new Scenario(
        name,
        title,
        facts,
        model,
        newDuration,
        small,
        servers,
        newPopulations,
        newStreams,
        message,
        newFaults,
        newLimits,
        content);
  }
}
