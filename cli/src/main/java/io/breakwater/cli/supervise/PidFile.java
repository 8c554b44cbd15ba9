package io.breakwater.cli.supervise;

import io.breakwater.cli.process.StartFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The pid of a running service in a file, for scripts and for the next supervisor. A pid alone may
 * belong to another process by now; the one that is meant started just before the file was written.
 */
public final class PidFile {
  private static final Duration TOLERANCE = Duration.ofSeconds(5);
  private static final String SUFFIX = ".pid";

  private final Path file;

  PidFile(Path file) {
    this.file = file;
  }

  /** That of a service, in the directory of its supervisor. */
  public static PidFile of(Path directory, String service) {
    return new PidFile(directory.resolve(service + SUFFIX));
  }

  /** The services that have one in this directory, in alphabetical order. */
  static List<String> names(Path directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, '*' + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        names.add(name.substring(0, name.length() - SUFFIX.length()));
      }
    } catch (IOException e) {
      return List.of();
    }
    names.sort(null);
    return names;
  }

  /**
   * Whoever reads meanwhile sees the old pid or the new one, never half of one.
   *
   * @throws StartFailure if the file cannot be written
   */
  void write(long pid) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path draft = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(draft, pid + "\n");
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new StartFailure(
          "cannot write %s (%s): check its owner and that the disk is not full".formatted(file, e),
          e);
    }
  }

  /** The service has ended. A file that cannot be deleted does no harm; see {@link #process}. */
  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Its pid is dead, and will be found so.
    }
  }

  /** The process that a supervisor started with this file, if it still runs. */
  public Optional<ProcessHandle> process() {
    try {
      Instant written = Files.getLastModifiedTime(file).toInstant();
      long pid = Long.parseLong(Files.readString(file).strip());
      return ProcessHandle.of(pid).filter(process -> startedNear(process, written));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** SIGTERM, and SIGKILL after {@code grace}; returns when it is gone. */
  static void end(ProcessHandle process, Duration grace) {
    process.destroy();
    try {
      process.onExit().get(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new AssertionError("a process's end cannot fail", e);
    }
    process.onExit().join();
  }

  private static boolean startedNear(ProcessHandle process, Instant written) {
    return process.isAlive()
        && process
            .info()
            .startInstant()
            .filter(start -> Duration.between(start, written).abs().compareTo(TOLERANCE) <= 0)
            .isPresent();
  }
}
