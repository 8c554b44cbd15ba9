package io.breakwater.loadtest.bench.load;

import io.breakwater.loadtest.bench.measure.Percentiles;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a stretch of traffic.
 *
 * @param accepted by the server until the end of the stretch
 * @param delivered likewise
 * @param acceptedInAll with those that came after the end
 * @param refused attempts that were refused for now, by reason
 * @param underWay neither accepted nor given up when we stopped waiting
 * @param toAccepted from the intended time; so is {@code toDelivered}
 * @param lag how late the generator was
 * @param failures what should not have happened, at most a few of them
 */
public record Tally(
    double seconds,
    long accepted,
    long delivered,
    long acceptedInAll,
    Map<String, Long> refused,
    long underWay,
    Percentiles toAccepted,
    Percentiles toDelivered,
    Percentiles lag,
    List<String> failures) {
  /** Copies what is shared. */
  public Tally {
    refused = Map.copyOf(refused);
    failures = List.copyOf(failures);
  }

  /** Attempts that were refused for now, with their reasons; nothing if there were none. */
  public String refusals() {
    return refused.isEmpty() ? "0" : new TreeMap<>(refused).toString().replaceAll("[{}]", "");
  }

  /** Accepted messages per second of the stretch. */
  public double acceptedPerSecond() {
    return accepted / seconds;
  }

  /** Delivered messages per second of the stretch. */
  public double deliveredPerSecond() {
    return delivered / seconds;
  }
}
