package io.breakwater.loadtest.bench.measure;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the servers, this process and the machine had used at one moment. Only differences mean
 * anything.
 *
 * @param nanos when, on the clock of {@link System#nanoTime}
 * @param pids of the servers whose processes are known
 * @param servers microseconds of CPU of all of a kind
 * @param generator of this process
 * @param busy of the machine
 * @param steal what the hypervisor took
 */
public record CpuReading(
    long nanos,
    Map<Part, List<Long>> pids,
    Map<Part, Long> servers,
    long generator,
    long busy,
    long steal) {
  /** Copies the maps. */
  public CpuReading {
    pids = Map.copyOf(pids);
    servers = Map.copyOf(servers);
  }

  /**
   * Now.
   *
   * @throws TrialFailure if a process is gone
   */
  public static CpuReading of(Map<Part, List<Long>> pids) {
    try {
      Map<Part, Long> servers = new EnumMap<>(Part.class);
      for (Map.Entry<Part, List<Long>> kind : pids.entrySet()) {
        long micros = 0;
        for (long pid : kind.getValue()) {
          micros += ProcFiles.cpuMicros(pid);
        }
        servers.put(kind.getKey(), micros);
      }
      return new CpuReading(
          System.nanoTime(),
          pids,
          servers,
          ProcFiles.cpuMicros(ProcessHandle.current().pid()),
          ProcFiles.busyMicros(),
          ProcFiles.stealMicros());
    } catch (IOException e) {
      throw new TrialFailure("a server has ended, or its CPU time cannot be read: " + e, e);
    }
  }

  /**
   * What was used since an earlier reading.
   *
   * @throws TrialFailure if a server was started anew meanwhile: what it had used is lost
   */
  public CpuSpan since(CpuReading earlier) {
    if (!pids.equals(earlier.pids)) {
      throw new TrialFailure(
          "a server ended while it was measured: processes %s became %s"
              .formatted(earlier.pids, pids));
    }
    Map<Part, Long> used = new EnumMap<>(Part.class);
    servers.forEach(
        (part, micros) -> used.put(part, micros - earlier.servers.getOrDefault(part, 0L)));
    return new CpuSpan(
        nanos - earlier.nanos,
        used,
        generator - earlier.generator,
        busy - earlier.busy,
        steal - earlier.steal);
  }
}
