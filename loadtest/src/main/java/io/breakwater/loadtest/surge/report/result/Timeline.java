package io.breakwater.loadtest.surge.report.result;

import java.util.List;

/**
 * The run second by second. The value at index n is of the second that begins n seconds after the
 * first intended arrival; NaN if there is none. All lists may differ in length.
 *
 * @param arrivals by stream
 * @param goodput what reached its aim: done in that second, by name
 * @param latencies by phase and population
 * @param openSignUps that are not done, in line or about to come back; empty in a file without it
 * @param waitingLine of them, those in line, all gateways
 * @param sockets open ones, by gateway
 * @param cpuCores in use, by tier
 * @param memoryBytes resident, by tier
 * @param marks what was done to the tier
 */
public record Timeline(
    List<Arrivals> arrivals,
    List<Series> goodput,
    List<Latencies> latencies,
    List<Double> openSignUps,
    List<Double> waitingLine,
    List<Series> sockets,
    List<Series> cpuCores,
    List<Series> memoryBytes,
    List<Mark> marks) {
  /** Copies the lists. */
  public Timeline {
    arrivals = List.copyOf(arrivals);
    goodput = List.copyOf(goodput);
    latencies = List.copyOf(latencies);
    openSignUps = List.copyOf(openSignUps);
    waitingLine = List.copyOf(waitingLine);
    sockets = List.copyOf(sockets);
    cpuCores = List.copyOf(cpuCores);
    memoryBytes = List.copyOf(memoryBytes);
    marks = List.copyOf(marks);
  }

  /** One value a second. */
  public record Series(String name, List<Double> values) {
    /** Copies the list. */
    public Series {
      values = List.copyOf(values);
    }
  }

  /**
   * A stream's arrivals a second.
   *
   * @param intended by the schedule, in the second for which they were intended
   * @param done in the second in which they were done
   */
  public record Arrivals(String stream, List<Double> intended, List<Double> done) {
    /** Copies the lists. */
    public Arrivals {
      intended = List.copyOf(intended);
      done = List.copyOf(done);
    }
  }

  /** Percentiles of what ended in that second, in milliseconds. */
  public record Latencies(Phase phase, String population, List<Double> p50Ms, List<Double> p99Ms) {
    /** Copies the lists. */
    public Latencies {
      p50Ms = List.copyOf(p50Ms);
      p99Ms = List.copyOf(p99Ms);
    }
  }

  /**
   * A moment.
   *
   * @param atSeconds after the first intended arrival
   * @param label for people, a few words
   */
  public record Mark(double atSeconds, String label) {}
}
