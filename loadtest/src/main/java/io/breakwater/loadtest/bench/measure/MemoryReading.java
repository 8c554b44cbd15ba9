package io.breakwater.loadtest.bench.measure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Bytes at one moment, after a full collection in the process.
 *
 * @param live what the JVM's objects take: the total of a class histogram
 * @param resident RSS of the process
 * @param buffers of all TCP sockets of the machine
 * @param slab objects of the kernel, the machine's
 */
public record MemoryReading(long live, long resident, long buffers, long slab) {
  private static final long PAGE_BYTES = 4096;

  /** Now; collects the garbage of that JVM first. */
  public static MemoryReading of(long pid) {
    try {
      long live = liveBytes(classHistogram(pid));
      return new MemoryReading(
          live,
          ProcFiles.kilobytes(ProcFiles.read("/proc/" + pid + "/status"), "VmRSS"),
          ProcFiles.tcpBufferBytes(ProcFiles.read("/proc/net/sockstat"), PAGE_BYTES),
          ProcFiles.kilobytes(ProcFiles.read("/proc/meminfo"), "Slab"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the memory of process " + pid, e);
    }
  }

  /** Also collects, so that only live objects are in it. */
  private static String classHistogram(long pid) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    try (InputStream out = jcmd.getInputStream()) {
      return new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The last column of the line {@code Total INSTANCES BYTES}. */
  static long liveBytes(String histogram) {
    return histogram
        .lines()
        .filter(line -> line.startsWith("Total"))
        .mapToLong(line -> Long.parseLong(line.strip().split(" +", -1)[2]))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no Total in a class histogram"));
  }

  /** What came since an earlier reading. */
  public MemoryReading since(MemoryReading earlier) {
    return new MemoryReading(
        live - earlier.live,
        resident - earlier.resident,
        buffers - earlier.buffers,
        slab - earlier.slab);
  }
}
