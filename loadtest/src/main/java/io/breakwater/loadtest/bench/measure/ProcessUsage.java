package io.breakwater.loadtest.bench.measure;

import java.io.IOException;
import java.util.Optional;

/**
 * What a process has used.
 *
 * @param cpuMicros user and system time of all its threads, since it was started
 * @param residentBytes now
 */
public record ProcessUsage(long cpuMicros, long residentBytes) {
  /** That of a process; none if it is gone, or this is not Linux. */
  public static Optional<ProcessUsage> of(long pid) {
    try {
      return Optional.of(
          new ProcessUsage(
              ProcFiles.cpuMicros(pid),
              ProcFiles.kilobytes(ProcFiles.read("/proc/" + pid + "/status"), "VmRSS")));
    } catch (IOException | IllegalArgumentException e) {
      // One that is ending has no VmRSS any more.
      return Optional.empty();
    }
  }
}
