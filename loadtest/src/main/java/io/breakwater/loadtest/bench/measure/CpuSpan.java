package io.breakwater.loadtest.bench.measure;

import io.breakwater.loadtest.stack.Part;
import java.util.Map;

/**
 * What was used between two readings, microseconds of CPU.
 *
 * @param nanos how long it took
 */
public record CpuSpan(long nanos, Map<Part, Long> servers, long generator, long busy, long steal) {
  /** Copies the map. */
  public CpuSpan {
    servers = Map.copyOf(servers);
  }

  /** Processors that a server kept busy; 0 if its process is not known. */
  public double cores(Part part) {
    return cores(servers.getOrDefault(part, 0L));
  }

  /** Processors that this process kept busy. */
  public double generatorCores() {
    return cores(generator);
  }

  /** Processors that neither the servers nor we kept busy: somebody else's, and the kernel's. */
  public double otherCores() {
    long known = generator + servers.values().stream().mapToLong(Long::longValue).sum();
    return Math.max(0, cores(busy - known));
  }

  /** Processors that the hypervisor took. */
  public double stealCores() {
    return cores(steal);
  }

  private double cores(long micros) {
    return nanos <= 0 ? 0 : micros * 1000.0 / nanos;
  }
}
