package io.breakwater.loadtest.bench.measure;

import io.breakwater.loadtest.stack.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the servers, this process and the machine had used at one moment. Only differences mean
 * anything.
 *
 * @param nanos when, on the clock of {@link System#nanoTime}
 * @param servers microseconds of CPU of each server whose process is known
 * @param generator of this process
 * @param busy of the machine
 * @param steal what the hypervisor took
 */
public record CpuReading(
    long nanos, Map<Part, Long> servers, long generator, long busy, long steal) {
  /** Copies the map. */
  public CpuReading {
    servers = Map.copyOf(servers);
  }

  /** Now. */
  public static CpuReading of(Map<Part, Long> pids) {
    try {
      Map<Part, Long> servers = new EnumMap<>(Part.class);
      for (Map.Entry<Part, Long> server : pids.entrySet()) {
        servers.put(server.getKey(), ProcFiles.cpuMicros(server.getValue()));
      }
      return new CpuReading(
          System.nanoTime(),
          servers,
          ProcFiles.cpuMicros(ProcessHandle.current().pid()),
          ProcFiles.busyMicros(),
          ProcFiles.stealMicros());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read CPU times", e);
    }
  }

  /** What was used since an earlier reading. */
  public CpuSpan since(CpuReading earlier) {
    Map<Part, Long> used = new EnumMap<>(Part.class);
    servers.forEach(
        (part, micros) -> used.put(part, micros - earlier.servers.getOrDefault(part, micros)));
    return new CpuSpan(
        nanos - earlier.nanos,
        used,
        generator - earlier.generator,
        busy - earlier.busy,
        steal - earlier.steal);
  }
}
