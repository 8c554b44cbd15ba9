package io.breakwater.loadtest.surge.figures;

import java.util.List;
import java.util.Map;

/**
 * What the coordinator saw of the servers, on the clock of the facts; empty lists where nothing can
 * be looked into. Samples stand in the order of their times, at about one a second.
 *
 * @param statements of Cassandra, in the run
 * @param gateways their sockets
 * @param marks what was done to the tier
 */
public record ServerSamples(
    List<ServerProcess> processes,
    List<Statements> statements,
    List<Gateway> gateways,
    List<Mark> marks) {
  /** Nothing is known. */
  public static final ServerSamples NONE =
      new ServerSamples(List.of(), List.of(), List.of(), List.of());

  /** Copies the lists. */
  public ServerSamples {
    processes = List.copyOf(processes);
    statements = List.copyOf(statements);
    gateways = List.copyOf(gateways);
    marks = List.copyOf(marks);
  }

  /**
   * The same, with how often processes had used up their quotas.
   *
   * @param throttled by the names of those that have one
   */
  public ServerSamples with(Map<String, Double> throttled) {
    return new ServerSamples(
        processes.stream()
            .map(
                each ->
                    new ServerProcess(
                        each.tier(),
                        each.name(),
                        each.usages(),
                        throttled.getOrDefault(each.name(), Double.NaN)))
            .toList(),
        statements,
        gateways,
        marks);
  }

  /**
   * A process.
   *
   * @param tier such as {@code gateway}
   * @param name of this one in its tier; one that was started anew keeps it
   * @param throttled share of the periods in which it had used up its quota, 0..1; NaN if it has
   *     none
   */
  public record ServerProcess(String tier, String name, List<Usage> usages, double throttled) {
    /** Copies the list. */
    public ServerProcess {
      usages = List.copyOf(usages);
    }

    /** One without a quota. */
    public ServerProcess(String tier, String name, List<Usage> usages) {
      this(tier, name, usages, Double.NaN);
    }
  }

  /**
   * What it had used by then.
   *
   * @param pid another one than in the sample before: it was started anew
   * @param cpuNanos since it was started
   * @param memoryBytes resident
   */
  public record Usage(long atNanos, long pid, long cpuNanos, long memoryBytes) {}

  /** Statements of one kind. */
  public record Statements(String kind, long count) {}

  /** A gateway. */
  public record Gateway(String name, List<Sockets> sockets) {
    /** Copies the list. */
    public Gateway {
      sockets = List.copyOf(sockets);
    }
  }

  /** Open ones at a time. */
  public record Sockets(long atNanos, int open) {}

  /** A moment, in a few words. */
  public record Mark(long atNanos, String label) {}
}
