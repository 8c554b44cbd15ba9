package io.breakwater.loadtest.surge.report.page;

import io.breakwater.loadtest.surge.report.result.Ledger;
import io.breakwater.loadtest.surge.report.result.PhaseFigures;
import io.breakwater.loadtest.surge.report.result.Refusal;
import io.breakwater.loadtest.surge.report.result.Servers.ServerProcess;
import io.breakwater.loadtest.surge.report.result.Servers.StatementKind;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures by which runs are compared, by name. */
final class Headlines {
  private static final double MICROS = 1e6;

  private Headlines() {}

  static Map<String, Double> of(SurgeResult result) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (Stream each : result.streams()) {
      figures.put(throughput(each.name()), each.perSecond());
      figures.put(peak(each.name()), each.peakPerSecond());
    }
    for (PhaseFigures each : result.phases()) {
      String of = each.phase().title() + ", " + each.population();
      figures.put(of + ", p50 ms", each.p50Ms());
      figures.put(of + ", p99 ms", each.p99Ms());
    }
    figures.put("refusals", (double) result.refusals().stream().mapToLong(Refusal::count).sum());
    Ledger ledger = result.ledger();
    figures.put("messages astray", (double) ledger.astray());
    servers(result, figures);
    figures.put("generator lag p99 ms", result.generator().lagP99Ms());
    return figures;
  }

  /** Of a stream. */
  static String throughput(String stream) {
    return stream + " done/s";
  }

  /** Of a stream: the most in ten seconds. */
  static String peak(String stream) {
    return stream + " most/s, 10 s";
  }

  /** What a run cost is of what was accepted in it; NaN if it was nothing, or is not known. */
  private static double acceptedInRun(SurgeResult result) {
    Long accepted = result.servers().acceptedInRun();
    return accepted == null || accepted == 0 ? Double.NaN : accepted;
  }

  private static void servers(SurgeResult result, Map<String, Double> figures) {
    double accepted = acceptedInRun(result);
    List<ServerProcess> processes = result.servers().processes();
    for (ServerProcess each : processes) {
      figures.merge(
          each.tier() + " cores, mean",
          each.cpuSeconds() / result.setting().seconds(),
          Double::sum);
    }
    if (!processes.isEmpty()) {
      double cpu = processes.stream().mapToDouble(ServerProcess::cpuSeconds).sum();
      figures.put("all servers' CPU µs per accepted message", cpu * MICROS / accepted);
    }
    List<StatementKind> statements = result.servers().statements();
    if (!statements.isEmpty()) {
      figures.put(
          "Cassandra statements per accepted message",
          // As it was written in a file that does not say how many were accepted.
          Double.isNaN(accepted)
              ? statements.stream().mapToDouble(StatementKind::perMessage).sum()
              : statements.stream().mapToLong(StatementKind::count).sum() / accepted);
    }
  }
}
