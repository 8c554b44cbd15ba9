package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.chaos.stored.NodeClock;
import io.breakwater.loadtest.stack.Hosts;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Server;
import io.breakwater.loadtest.stack.Size;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Wall clocks of servers that can be set while they run, by libfaketime: it is loaded into the
 * process, and reads by how much the clock is wrong from a file, once a second. Monotonic clocks
 * stay as they are. Any thread.
 */
public final class Clocks implements AutoCloseable {
  /** Where Debian, Ubuntu and Fedora put it. The one for threads busy-waits in JVMs. */
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"),
          Path.of("/usr/lib64/faketime/libfaketime.so.1"),
          Path.of("/usr/lib/faketime/libfaketime.so.1"));

  /** A clock that is off by so much less or more than it should be is off all the same. */
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  /** Where the library leaves a file or two for each process that is killed, named by its pid. */
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private static final Pattern LEFT = Pattern.compile("(?:sem\\.)?faketime_(?:shm|sem)_(\\d+)");

  private final Path directory;

  /** What was there before. */
  private final Set<Path> others;

  private Clocks(Path directory, Set<Path> others) {
    this.directory = directory;
    this.others = others;
  }

  /** Why none can be set here; empty if they can. */
  public static Optional<String> problem() {
    return library().isPresent()
        ? Optional.empty()
        : Optional.of("needs libfaketime (Debian: package faketime)");
  }

  private static Optional<Path> library() {
    return PLACES.stream().filter(Files::isRegularFile).findFirst();
  }

  /**
   * Those whose files are in a directory.
   *
   * @param directory where the files are kept; made if it is missing; without blanks in its name
   */
  public static Clocks in(Path directory) throws IOException {
    return new Clocks(Files.createDirectories(directory), left());
  }

  /** The server gets a clock that can be set. */
  public Hosts with(Hosts hosts, Size size, Part part, int number) {
    String name = size.name(part, number);
    set(name, Duration.ZERO);
    return hosts.wrapping(
        name,
        number,
        List.of(
            "env",
            "LD_PRELOAD=" + library().orElseThrow(() -> new TrialFailure("no libfaketime")),
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "FAKETIME_FORCE_MONOTONIC_FIX=0",
            "FAKETIME_CACHE_DURATION=1",
            "FAKETIME_TIMESTAMP_FILE=" + file(name)));
  }

  private Path file(String name) {
    return directory.resolve(name + ".clock").toAbsolutePath();
  }

  /** It is off by so much from now on, or within a second. */
  void set(Server server, Duration off) {
    set(server.toString(), off);
  }

  private void set(String name, Duration off) {
    Path draft = directory.resolve(name + ".draft");
    try {
      Files.writeString(draft, line(off));
      Files.move(
          draft, file(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new TrialFailure("the clock of %s cannot be set: %s".formatted(name, e), e);
    }
  }

  private static Set<Path> left() throws IOException {
    if (!Files.isDirectory(SHARED_MEMORY)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(SHARED_MEMORY)) {
      return files
          .filter(file -> LEFT.matcher(file.getFileName().toString()).matches())
          .collect(Collectors.toSet());
    }
  }

  /**
   * Deletes what processes left that were killed: a later one with the same pid would stumble over
   * it. The servers have ended.
   */
  @Override
  public void close() {
    try {
      for (Path file : left()) {
        if (!others.contains(file) && !isOfTheLiving(file)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new TrialFailure("cannot delete what libfaketime left: " + e.getMessage(), e);
    }
  }

  private static boolean isOfTheLiving(Path file) {
    Matcher name = LEFT.matcher(file.getFileName().toString());
    return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isPresent();
  }

  /** As libfaketime reads it. */
  static String line(Duration off) {
    return "%+d\n".formatted(off.toSeconds());
  }

  /** Whether the server itself was asked for the time, and is off by about so much. */
  static boolean isOff(Server server, Duration off) {
    Instant before = Instant.now();
    return time(server).filter(time -> isOff(Duration.between(before, time), off)).isPresent();
  }

  static boolean isOff(Duration seen, Duration expected) {
    return seen.minus(expected).abs().compareTo(TOLERANCE) < 0;
  }

  private static Optional<Instant> time(Server server) {
    return switch (server.part()) {
      case GATEWAY, DELIVERY -> server.time();
      case CASSANDRA -> NodeClock.ask(server.serves());
    };
  }
}
