package io.breakwater.loadtest.surge.quota;

import io.breakwater.loadtest.verdict.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes groups beside that of this process. Any thread. */
public final class CpuGroups {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Path OWN = Path.of("/proc/self/cgroup");
  private static final String TRIAL = "breakwater-trial-";

  /** Each has the pid of the process that made it in its name. */
  private static final Pattern OURS = Pattern.compile("breakwater-(?:[a-z]+-)?(\\d+)(?:-.*)?");

  private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(5);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final ControlFiles files;
  private final Path parent;

  private CpuGroups(ControlFiles files, Path parent) {
    this.files = files;
    this.parent = parent;
  }

  /**
   * Those of this machine, after one was made and removed again. Groups that processes left behind
   * which were killed are removed as well, if nobody is in them.
   *
   * @throws IOException if there can be none: the message says why
   */
  public static CpuGroups find() throws IOException {
    if (!Files.isReadable(MOUNTS) || !Files.isReadable(OWN)) {
      throw new IOException("control groups need Linux");
    }
    ControlFiles.Found found =
        ControlFiles.find(Files.readAllLines(MOUNTS), Files.readAllLines(OWN))
            .orElseThrow(
                () -> new IOException("no control group with the CPU controller is mounted"));
    CpuGroups groups = new CpuGroups(found.files(), found.group());
    groups.removeLeftovers();
    groups.make(TRIAL + ProcessHandle.current().pid(), 1).close();
    return groups;
  }

  private void removeLeftovers() throws IOException {
    List<Path> all;
    try (Stream<Path> groups = Files.list(parent)) {
      all = groups.toList();
    }
    for (Path group : leftovers(all, CpuGroups::isAlive)) {
      remove(group);
    }
  }

  /** Those of processes that are gone. */
  static List<Path> leftovers(List<Path> groups, LongPredicate isAlive) {
    return groups.stream()
        .filter(
            group -> {
              Matcher matcher = OURS.matcher(group.getFileName().toString());
              return matcher.matches() && !isAlive.test(Long.parseLong(matcher.group(1)));
            })
        .toList();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  /** If nobody is in it. */
  private static void remove(Path group) {
    try {
      Files.delete(group);
    } catch (IOException e) {
      // Somebody is in it, or somebody else has removed it.
    }
  }

  /** Why there can be none on this machine; empty if there can. */
  public static Optional<String> problem() {
    try {
      find();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Makes one.
   *
   * @param name of no group that is there, but for one with nobody in it, which is replaced: an
   *     earlier process may have had the pid of this one
   */
  public CpuGroup make(String name, double cores) throws IOException {
    if (!(cores >= CpuGroup.LEAST_CORES)) {
      throw new IllegalArgumentException(
          "quota: %s cores (expected: at least %s)".formatted(cores, CpuGroup.LEAST_CORES));
    }
    Path directory = parent.resolve(name);
    remove(directory);
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new IOException("cannot make control group " + directory + ": " + e, e);
    }
    Group group = new Group(directory);
    try {
      if (!files.areIn(directory)) {
        throw new IOException("control group " + directory + " has no CPU controller");
      }
      group.allow(cores);
      return group;
    } catch (IOException e) {
      group.close();
      throw e;
    }
  }

  private final class Group implements CpuGroup {
    private final Path directory;

    Group(Path directory) {
      this.directory = directory;
    }

    @Override
    public void allow(double cores) throws IOException {
      files.allow(directory, cores);
    }

    @Override
    public void lift() throws IOException {
      files.lift(directory);
    }

    @Override
    public boolean isEmpty() throws IOException {
      try {
        return Files.readAllLines(directory.resolve("cgroup.procs")).isEmpty();
      } catch (NoSuchFileException e) {
        return true;
      }
    }

    @Override
    public void add(long pid) throws IOException {
      ControlFiles.write(directory.resolve("cgroup.procs"), Long.toString(pid));
    }

    @Override
    public Throttled throttled() throws IOException {
      return files.throttled(ControlFiles.stat(Files.readAllLines(directory.resolve("cpu.stat"))));
    }

    @Override
    public Path directory() {
      return directory;
    }

    @Override
    public void close() throws IOException {
      Clock clock = Clock.start();
      // Closed twice at once: by a shutdown hook, too.
      while (Files.exists(directory)) {
        try {
          empty();
          Files.delete(directory);
          return;
        } catch (IOException e) {
          // A process that has just ended may be in it still.
          if (clock.has(REMOVAL_LIMIT)) {
            throw new IOException("cannot remove control group " + directory + ": " + e, e);
          }
          Clock.pause(LOOK_AGAIN);
        }
      }
    }

    private void empty() throws IOException {
      for (String pid : Files.readAllLines(directory.resolve("cgroup.procs"))) {
        ControlFiles.write(parent.resolve("cgroup.procs"), pid);
      }
    }
  }
}
