package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.figures.ServerSamples.ServerProcess;
import io.breakwater.loadtest.surge.figures.ServerSamples.Sockets;
import io.breakwater.loadtest.surge.figures.ServerSamples.Usage;
import io.breakwater.loadtest.surge.report.result.Servers;
import io.breakwater.loadtest.surge.report.result.Servers.StatementKind;
import io.breakwater.loadtest.surge.report.result.Timeline;
import io.breakwater.loadtest.surge.report.result.Timeline.Series;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What the servers used. CPU between two samples is spread evenly over the time between them. All
 * else holds from a sample until the next one, or until the end of the run, unless that is {@link
 * #HOLE_NANOS} later: then the server was down, and its seconds have no value.
 */
final class ServerSide {
  /** Samples are about a second apart: a second may have none and be no hole. */
  private static final long HOLE_NANOS = 2_500_000_000L;

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
                        Arrays.stream(cores(each)).filter(value -> !Double.isNaN(value)).sum(),
                        memoryMax(each),
                        each.throttled()))
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
            .toList(),
        acceptedMessages);
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
      Seconds.addKnown(
          tiers.computeIfAbsent(each.tier(), _ -> Seconds.unknown(span.seconds())),
          figure.apply(each));
    }
    return tiers.entrySet().stream()
        .map(each -> new Series(each.getKey(), Seconds.list(each.getValue())))
        .toList();
  }

  List<Series> sockets() {
    return samples.gateways().stream()
        .map(
            each ->
                new Series(
                    each.name(),
                    Seconds.list(held(each.sockets(), Sockets::atNanos, Sockets::open))))
        .toList();
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
    double[] cores = Seconds.unknown(span.seconds());
    List<Usage> usages = process.usages();
    for (int i = 1; i < usages.size(); i++) {
      Usage from = usages.get(i - 1);
      Usage to = usages.get(i);
      if (to.pid() == from.pid()) {
        spread(cores, from.atNanos(), to.atNanos(), to.cpuNanos() - from.cpuNanos());
      } else {
        // It was started since, not long before it was seen.
        long since = Math.max(from.atNanos(), to.atNanos() - HOLE_NANOS);
        spread(cores, since, to.atNanos(), to.cpuNanos());
      }
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
      double used = share * (until - from);
      cores[second] = Double.isNaN(cores[second]) ? used : cores[second] + used;
      from = until;
    }
  }

  private double[] memory(ServerProcess process) {
    return held(process.usages(), Usage::atNanos, Usage::memoryBytes);
  }

  /** The last sample of each second, or that before it; NaN in a hole. */
  private <T> double[] held(List<T> samples, ToLongFunction<T> atNanos, ToDoubleFunction<T> value) {
    double[] held = Seconds.unknown(span.seconds());
    for (int i = 0; i < samples.size(); i++) {
      T sample = samples.get(i);
      long from = atNanos.applyAsLong(sample);
      long next =
          i + 1 < samples.size() ? atNanos.applyAsLong(samples.get(i + 1)) : span.endNanos();
      long until = next - from < HOLE_NANOS ? next : from;
      if (until >= span.beginNanos() && from <= span.endNanos()) {
        // The next sample takes the last of these seconds over.
        Arrays.fill(held, span.second(from), span.second(until) + 1, value.applyAsDouble(sample));
      }
    }
    return held;
  }

  private long memoryMax(ServerProcess process) {
    return process.usages().stream()
        .filter(each -> isInRun(each.atNanos()))
        .mapToLong(Usage::memoryBytes)
        .max()
        .orElse(0);
  }
}
