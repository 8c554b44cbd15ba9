package io.breakwater.loadtest.surge.report.result;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tier spent during the run; empty lists if it cannot be looked into.
 *
 * @param statements of Cassandra, all of them
 * @param acceptedInRun messages that were written in the run and accepted, each once: what the run
 *     cost is theirs. The ledger counts for each device, and those of the preparation; null in a
 *     file without it
 */
public record Servers(
    List<ServerProcess> processes, List<StatementKind> statements, @Nullable Long acceptedInRun) {
  /** Copies the lists. */
  public Servers {
    processes = List.copyOf(processes);
    statements = List.copyOf(statements);
  }

  /**
   * One process.
   *
   * @param tier such as {@code gateway}
   * @param name of this one in the tier
   * @param memoryMaxBytes resident, at the most
   * @param throttled share of the periods in which it had used up its quota, 0..1; NaN if it has
   *     none
   */
  public record ServerProcess(
      String tier, String name, double cpuSeconds, long memoryMaxBytes, double throttled) {}

  /**
   * Statements of one kind.
   *
   * @param perMessage by the number of accepted messages; NaN if there were none
   */
  public record StatementKind(String kind, long count, double perMessage) {}
}
