package io.breakwater.loadtest.surge.quota;

import io.breakwater.loadtest.surge.quota.CpuGroup.Throttled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/*
 * The kernel's documents: Documentation/scheduler/sched-bwc.rst for what a quota is, and
 * Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst for the files.
 */
/** The files of control groups, of either version. Pure, but for {@link #write}. */
enum ControlFiles {
  V1("cpu.cfs_quota_us") {
    @Override
    void allow(Path group, double cores) throws IOException {
      write(group.resolve("cpu.cfs_period_us"), Integer.toString(CpuGroup.PERIOD_MICROS));
      write(group.resolve("cpu.cfs_quota_us"), Long.toString(quotaMicros(cores)));
    }

    @Override
    void lift(Path group) throws IOException {
      write(group.resolve("cpu.cfs_quota_us"), "-1");
    }

    @Override
    Throttled throttled(Map<String, Long> stat) {
      return new Throttled(
          stat.getOrDefault("nr_periods", 0L),
          stat.getOrDefault("nr_throttled", 0L),
          stat.getOrDefault("throttled_time", 0L));
    }
  },
  V2("cpu.max") {
    @Override
    void allow(Path group, double cores) throws IOException {
      write(group.resolve("cpu.max"), quotaMicros(cores) + " " + CpuGroup.PERIOD_MICROS);
    }

    @Override
    void lift(Path group) throws IOException {
      write(group.resolve("cpu.max"), "max " + CpuGroup.PERIOD_MICROS);
    }

    @Override
    Throttled throttled(Map<String, Long> stat) {
      return new Throttled(
          stat.getOrDefault("nr_periods", 0L),
          stat.getOrDefault("nr_throttled", 0L),
          stat.getOrDefault("throttled_usec", 0L) * 1_000);
    }
  };

  private final String quotaFile;

  ControlFiles(String quotaFile) {
    this.quotaFile = quotaFile;
  }

  abstract void allow(Path group, double cores) throws IOException;

  abstract void lift(Path group) throws IOException;

  abstract Throttled throttled(Map<String, Long> stat);

  /** Whether a group has what is needed. */
  boolean areIn(Path group) {
    return Files.isWritable(group.resolve(quotaFile))
        && Files.isWritable(group.resolve("cgroup.procs"));
  }

  static long quotaMicros(double cores) {
    return Math.round(cores * CpuGroup.PERIOD_MICROS);
  }

  static void write(Path file, String value) throws IOException {
    try {
      Files.writeString(file, value);
    } catch (IOException e) {
      throw new IOException(
          "cannot write '%s' into %s: %s".formatted(value, file, e.getMessage()), e);
    }
  }

  /** The lines of {@code cpu.stat}: a name, a blank, a number. */
  static Map<String, Long> stat(List<String> lines) {
    Map<String, Long> stat = new HashMap<>();
    for (String line : lines) {
      String[] words = line.strip().split(" ", -1);
      if (words.length == 2) {
        stat.put(words[0], Long.parseLong(words[1]));
      }
    }
    return stat;
  }

  /**
   * Where the group is in which a process is, that has the CPU controller.
   *
   * @param mounts the lines of {@code /proc/self/mountinfo}
   * @param own those of {@code /proc/self/cgroup}
   */
  static Optional<Found> find(List<String> mounts, List<String> own) {
    for (String line : mounts) {
      String[] halves = line.split(" - ", 2);
      String[] mount = halves[0].split(" ", -1);
      String[] kind = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
      if (mount.length < 5 || kind.length < 3) {
        continue;
      }
      boolean isV1 = kind[0].equals("cgroup") && List.of(kind[2].split(",")).contains("cpu");
      if (isV1) {
        Optional<String> path = path(own, "cpu");
        if (path.isPresent()) {
          return Optional.of(new Found(V1, below(mount[4], mount[3], path.get())));
        }
      }
    }
    for (String line : mounts) {
      String[] halves = line.split(" - ", 2);
      String[] mount = halves[0].split(" ", -1);
      if (halves.length == 2 && mount.length >= 5 && halves[1].startsWith("cgroup2 ")) {
        Optional<String> path = path(own, "");
        if (path.isPresent()) {
          return Optional.of(new Found(V2, below(mount[4], mount[3], path.get())));
        }
      }
    }
    return Optional.empty();
  }

  /** A group, and by which files it is controlled. */
  record Found(ControlFiles files, Path group) {}

  /** Lines are {@code number:controllers:path}; there are no controllers in those of version 2. */
  private static Optional<String> path(List<String> own, String controller) {
    return own.stream()
        .map(line -> line.split(":", 3))
        .filter(line -> line.length == 3)
        .filter(
            line ->
                controller.isEmpty()
                    ? line[1].isEmpty()
                    : List.of(line[1].split(",")).contains(controller))
        .map(line -> line[2])
        .findFirst();
  }

  /**
   * @param at where it is mounted
   * @param root which of all groups is mounted there
   */
  private static Path below(String at, String root, String path) {
    String relative = path.startsWith(root) ? path.substring(root.length()) : path;
    return Path.of(at + "/" + relative).normalize();
  }
}
