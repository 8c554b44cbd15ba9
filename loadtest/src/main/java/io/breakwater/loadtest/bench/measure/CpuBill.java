package io.breakwater.loadtest.bench.measure;

import io.breakwater.loadtest.stack.Part;
import java.util.Map;

/**
 * The price of one thing that was done many times: microseconds of CPU per server, with the idle
 * cost of as long a time taken off.
 *
 * @param idle the same servers, just before, with nothing to do
 * @param load from the first thing to the end of what it caused
 * @param things how many were done
 */
public record CpuBill(CpuSpan idle, CpuSpan load, long things) {
  /** All of it, per thing. NaN if nothing was done, or the process is not known. */
  public double gross(Part part) {
    Long micros = load.servers().get(part);
    return micros == null || things == 0 ? Double.NaN : (double) micros / things;
  }

  /** What idling would have cost in that time, per thing. */
  public double idle(Part part) {
    return things == 0 ? Double.NaN : idle.cores(part) * load.nanos() / 1000.0 / things;
  }

  /** Without idling. */
  public double net(Part part) {
    return gross(part) - idle(part);
  }

  /** Of all servers, without idling. */
  public double net() {
    return load.servers().keySet().stream().mapToDouble(this::net).sum();
  }

  /** Of all servers, idling included. */
  public double gross() {
    return load.servers().keySet().stream().mapToDouble(this::gross).sum();
  }

  /** Of this process, per thing. */
  public double generator() {
    return things == 0 ? Double.NaN : (double) load.generator() / things;
  }

  /** Whose price is known. */
  public Map<Part, Long> servers() {
    return load.servers();
  }
}
