package io.breakwater.loadtest.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Bytes at one moment, after a full collection in the process.
 *
 * @param live what the JVM's objects take: the total of a class histogram
 * @param resident RSS of the process
 * @param outsideHeap anonymous resident memory outside of the Java heap: BoringSSL, Netty's
 *     buffers, the JVM itself. No tool of the JVM sees BoringSSL's part
 * @param buffers of all TCP sockets of the machine
 * @param slab objects of the kernel, the machine's
 */
public record MemoryReading(long live, long resident, long outsideHeap, long buffers, long slab) {
  private static final long PAGE_BYTES = 4096;

  /** Now; collects the garbage of that JVM first. */
  public static MemoryReading of(long pid) {
    try {
      // It also collects, so that only live objects are in it.
      long live = liveBytes(Jcmd.ask(pid, "GC.class_histogram"));
      String heap = Jcmd.ask(pid, "GC.heap_info");
      return new MemoryReading(
          live,
          residentBytes(pid),
          ProcFiles.anonymousOutside(smaps(pid), AddressRange.ofHeap(heap)),
          ProcFiles.tcpBufferBytes(ProcFiles.read("/proc/net/sockstat"), PAGE_BYTES),
          ProcFiles.kilobytes(ProcFiles.read("/proc/meminfo"), "Slab"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the memory of process " + pid, e);
    }
  }

  /** RSS of a process, without touching it otherwise. */
  public static long residentBytes(long pid) {
    try {
      return ProcFiles.kilobytes(ProcFiles.read("/proc/" + pid + "/status"), "VmRSS");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the memory of process " + pid, e);
    }
  }

  /** Sockets of the machine that are closed and still take the kernel's memory: TIME_WAIT. */
  public static long closedSockets() {
    try {
      return ProcFiles.tcpFigure(ProcFiles.read("/proc/net/sockstat"), "tw");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the sockets of the machine", e);
    }
  }

  private static String smaps(long pid) {
    try {
      return ProcFiles.read("/proc/" + pid + "/smaps");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the memory of process " + pid, e);
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
        outsideHeap - earlier.outsideHeap,
        buffers - earlier.buffers,
        slab - earlier.slab);
  }
}
