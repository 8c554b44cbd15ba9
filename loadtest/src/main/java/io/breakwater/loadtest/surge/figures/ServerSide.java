package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.figures.ServerSamples.Gateway;
import io.breakwater.loadtest.surge.figures.ServerSamples.ServerProcess;
import io.breakwater.loadtest.surge.figures.ServerSamples.Sockets;
import io.breakwater.loadtest.surge.figures.ServerSamples.Usage;
import io.breakwater.loadtest.surge.report.result.Servers;
import io.breakwater.loadtest.surge.report.result.Servers.StatementKind;
import io.breakwater.loadtest.surge.report.result.Timeline;
import io.breakwater.loadtest.surge.report.result.Timeline.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What the servers used. CPU between two samples is spread evenly over the time between them. */
final class ServerSide {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Span span;
  private final ServerSamples samples;

  ServerSide(Span span, ServerSamples samples) {
    this.span = span;
    this.samples = samples;
  }

  Servers totals(long acceptedMessages) {
    return new Servers(
        samples.processes().stream()
            .map(
                each ->
                    new Servers.ServerProcess(
                        each.tier(),
                        each.name(),
                        Arrays.stream(cores(each)).sum(),
                        memoryMax(each)))
            .toList(),
        samples.statements().stream()
            .map(
                each ->
                    new StatementKind(
                        each.kind(),
                        each.count(),
                        acceptedMessages == 0
                            ? Double.NaN
                            : (double) each.count() / acceptedMessages))
            .toList());
  }

  List<Series> cpuCores() {
    return byTier(this::cores);
  }

  List<Series> memoryBytes() {
    return byTier(this::memory);
  }

  private List<Series> byTier(Function<ServerProcess, double[]> figure) {
    Map<String, double[]> tiers = new LinkedHashMap<>();
    for (ServerProcess each : samples.processes()) {
      Seconds.addTo(
          tiers.computeIfAbsent(each.tier(), _ -> new double[span.seconds()]), figure.apply(each));
    }
    return tiers.entrySet().stream()
        .map(each -> new Series(each.getKey(), Seconds.list(each.getValue())))
        .toList();
  }

  List<Series> sockets() {
    List<Series> all = new ArrayList<>();
    for (Gateway gateway : samples.gateways()) {
      double[] open = new double[span.seconds()];
      Arrays.fill(open, Double.NaN);
      for (Sockets each : gateway.sockets()) {
        if (isInRun(each.atNanos())) {
          open[span.second(each.atNanos())] = each.open();
        }
      }
      all.add(new Series(gateway.name(), Seconds.list(open)));
    }
    return all;
  }

  List<Timeline.Mark> marks() {
    return samples.marks().stream()
        .map(each -> new Timeline.Mark(span.secondsSinceBegin(each.atNanos()), each.label()))
        .toList();
  }

  private boolean isInRun(long nanos) {
    return nanos >= span.beginNanos() && nanos <= span.endNanos();
  }

  /** Cores in each second, which is also the seconds of CPU in it. */
  private double[] cores(ServerProcess process) {
    double[] cores = new double[span.seconds()];
    List<Usage> usages = process.usages();
    for (int i = 1; i < usages.size(); i++) {
      Usage from = usages.get(i - 1);
      Usage to = usages.get(i);
      boolean isAnew = to.pid() != from.pid();
      spread(
          cores,
          from.atNanos(),
          to.atNanos(),
          isAnew ? to.cpuNanos() : to.cpuNanos() - from.cpuNanos());
    }
    return cores;
  }

  private void spread(double[] cores, long fromNanos, long toNanos, long cpuNanos) {
    long from = Math.max(fromNanos, span.beginNanos());
    long to = Math.min(toNanos, span.endNanos());
    double share = cpuNanos / NANOS_PER_SECOND / Math.max(1, toNanos - fromNanos);
    while (from < to) {
      int second = span.second(from);
      long until = Math.min(to, span.endOf(second));
      cores[second] += share * (until - from);
      from = until;
    }
  }

  /** The last sample of each second; none: that of the second before, until the last sample. */
  private double[] memory(ServerProcess process) {
    double[] bytes = new double[span.seconds()];
    long last = 0;
    List<Usage> usages = process.usages();
    int next = 0;
    for (int second = 0; second < bytes.length && next < usages.size(); second++) {
      while (next < usages.size() && usages.get(next).atNanos() < span.endOf(second)) {
        last = usages.get(next++).memoryBytes();
      }
      bytes[second] = last;
    }
    return bytes;
  }

  private long memoryMax(ServerProcess process) {
    return process.usages().stream()
        .filter(each -> isInRun(each.atNanos()))
        .mapToLong(Usage::memoryBytes)
        .max()
        .orElse(0);
  }
}
