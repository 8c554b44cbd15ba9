package io.breakwater.loadtest.surge.scenario.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * In what a scenario is played otherwise than it is written: to compare runs that differ in nothing
 * else.
 *
 * @param impatient share of impatient clients in every population, 0..1; null: as it is written
 * @param times by which the rate of a stream is multiplied, by its name; 0: the stream is left out,
 *     and with it the limits of a population that has no stream any more
 * @param areFaultsLeftOut whether nothing breaks
 */
public record Variation(
    @Nullable Double impatient, Map<String, Double> times, boolean areFaultsLeftOut) {
  /** As it is written. */
  public static final Variation NONE = new Variation(null, Map.of(), false);

  /** The largest factor. */
  public static final double MOST = 10_000;

  /** Copies the map and checks the numbers. */
  public Variation {
    times = sorted(times);
    if (impatient != null && !(impatient >= 0 && impatient <= 1)) {
      throw new IllegalArgumentException("impatient=" + impatient + " (expected: 0..1)");
    }
    times.forEach(
        (stream, factor) -> {
          if (!(factor >= 0 && factor <= MOST)) {
            throw new IllegalArgumentException(
                "times=%s=%s (expected: 0..%.0f)".formatted(stream, factor, MOST));
          }
        });
  }

  /** In one order, however it was asked for. */
  private static Map<String, Double> sorted(Map<String, Double> times) {
    SortedMap<String, Double> sorted = new TreeMap<>(times);
    return Collections.unmodifiableSortedMap(sorted);
  }

  /**
   * The scenario with these changes.
   *
   * @throws IllegalArgumentException if it has no stream of such a name, or would have none at all
   */
  public Scenario of(Scenario written) {
    times.keySet().forEach(written::stream);
    List<ArrivalStream> streams =
        written.streams().stream()
            .filter(each -> factor(each) > 0)
            .map(each -> factor(each) == 1 ? each : each.times(factor(each)))
            .toList();
    if (streams.isEmpty() && !written.streams().isEmpty()) {
      throw new IllegalArgumentException("times: no stream is left (expected: one at least)");
    }
    Set<String> without =
        written.streams().stream()
            .map(ArrivalStream::of)
            .filter(of -> streams.stream().noneMatch(each -> each.of().equals(of)))
            .collect(Collectors.toSet());
    Scenario varied =
        written.with(
            streams,
            areFaultsLeftOut ? List.of() : written.faults(),
            written.limits().stream().filter(each -> !without.contains(each.of())).toList());
    return impatient == null ? varied : varied.withImpatient(impatient);
  }

  private double factor(ArrivalStream stream) {
    return times.getOrDefault(stream.name(), 1.0);
  }
}
