package io.breakwater.loadtest.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code /proc}; see proc(5). The methods that take text are pure. */
final class ProcFiles {
  /** Microseconds per tick: USER_HZ is 100 on every Linux that a JDK runs on. */
  private static final long TICK_MICROS = 10_000;

  /** Fields 14 and 15 of {@code /proc/PID/stat}, counted from the one after the command. */
  private static final int UTIME = 11;

  private static final int STIME = 12;

  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ ");

  private ProcFiles() {}

  /** CPU time of a process with all its threads, also of those that have ended, microseconds. */
  static long cpuMicros(long pid) throws IOException {
    return cpuMicros(read("/proc/" + pid + "/stat"));
  }

  /**
   * {@code utime + stime}. The command is in parentheses and may hold blanks and parentheses
   * itself.
   */
  static long cpuMicros(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= STIME) {
      throw new IllegalArgumentException(
          "stat: %d fields after the command (expected: more than %d)"
              .formatted(fields.length, STIME));
    }
    return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * TICK_MICROS;
  }

  /** The machine's busy time, all processors together, microseconds. */
  static long busyMicros() throws IOException {
    return busyMicros(read("/proc/stat"));
  }

  /** Everything of the first line but idle, iowait, steal and what user and nice count already. */
  static long busyMicros(String stat) {
    String[] fields = cpuLine(stat);
    long ticks = 0;
    for (int field : new int[] {1, 2, 3, 6, 7}) {
      ticks += Long.parseLong(fields[field]);
    }
    return ticks * TICK_MICROS;
  }

  /** What the hypervisor took, microseconds. */
  static long stealMicros(String stat) {
    return Long.parseLong(cpuLine(stat)[8]) * TICK_MICROS;
  }

  static long stealMicros() throws IOException {
    return stealMicros(read("/proc/stat"));
  }

  private static String[] cpuLine(String stat) {
    return stat.lines().findFirst().orElseThrow().strip().split(" +", -1);
  }

  /** A line {@code NAME: 123 kB} of {@code /proc/PID/status} or {@code /proc/meminfo}, in bytes. */
  static long kilobytes(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no line " + name));
  }

  /**
   * Adds up the lines {@code Anonymous:} of {@code /proc/PID/smaps} of all mappings that begin
   * outside of a range, in bytes.
   */
  static long anonymousOutside(String smaps, AddressRange range) {
    long bytes = 0;
    boolean counts = false;
    for (String line : smaps.split("\n", -1)) {
      Matcher mapping = MAPPING.matcher(line);
      if (mapping.lookingAt()) {
        counts = !range.contains(Long.parseUnsignedLong(mapping.group(1), 16));
      } else if (counts && line.startsWith("Anonymous:")) {
        bytes += Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return bytes;
  }

  /** The pages in {@code TCP: ... mem N} of {@code /proc/net/sockstat}, in bytes. */
  static long tcpBufferBytes(String sockstat, long pageBytes) {
    return tcpFigure(sockstat, "mem") * pageBytes;
  }

  /** What comes after a word of the line {@code TCP:} of {@code /proc/net/sockstat}. */
  static long tcpFigure(String sockstat, String name) {
    String[] words =
        sockstat
            .lines()
            .filter(line -> line.startsWith("TCP:"))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no line TCP"))
            .split(" ", -1);
    for (int i = 0; i + 1 < words.length; i++) {
      if (words[i].equals(name)) {
        return Long.parseLong(words[i + 1]);
      }
    }
    throw new IllegalArgumentException("no %s in the line TCP".formatted(name));
  }

  static String read(String path) throws IOException {
    return Files.readString(Path.of(path), StandardCharsets.ISO_8859_1);
  }
}
