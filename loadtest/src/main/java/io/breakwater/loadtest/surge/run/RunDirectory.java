package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.surge.report.result.Judgement;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where a run has its servers' data, logs and facts. It is the evidence of what went wrong, so it
 * is deleted only after a run that passed. If this process is told to end, a hook says where it is.
 * Confined to one thread.
 */
final class RunDirectory implements AutoCloseable {
  private static final long MEBIBYTE = 1 << 20;
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

  private final Path path;
  private final Consumer<String> console;
  private final Thread hook;
  private boolean isToBeDeleted;

  private RunDirectory(Path path, Consumer<String> console) {
    this.path = path;
    this.console = console;
    hook = Thread.ofPlatform().unstarted(() -> console.accept(kept()));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Makes a new one.
   *
   * @param parent made if it is missing
   * @param console is told at the end where it is, if it is kept
   */
  static RunDirectory make(Path parent, String prefix, Consumer<String> console)
      throws IOException {
    return new RunDirectory(
        Files.createTempDirectory(Files.createDirectories(parent), prefix), console);
  }

  /** What is wrong with that place; nothing if nothing is. */
  static Optional<String> warning(Path path) throws IOException {
    return warning(path, Files.getFileStore(path).type());
  }

  static Optional<String> warning(Path path, String fileSystem) {
    return IN_MEMORY.contains(fileSystem)
        ? Optional.of(
            "warning: %s is on %s, in memory: there a sync of Cassandra's commit log costs nothing (--data takes a place on a disk)"
                .formatted(path, fileSystem))
        : Optional.empty();
  }

  Path path() {
    return path;
  }

  /** The run has come to its end. Without this, it is kept. */
  void judged(Judgement.Kind kind, boolean isWanted) {
    isToBeDeleted = kind == Judgement.Kind.PASSED && !isWanted;
  }

  /** Deletes it or says where it is; what cannot be deleted is said and harms nothing. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It runs already, and says it.
      return;
    }
    if (!isToBeDeleted) {
      console.accept(kept());
      return;
    }
    delete().ifPresent(problem -> console.accept("left behind: " + problem));
  }

  private String kept() {
    try (Stream<Path> files = Files.walk(path)) {
      long bytes = files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
      return String.format(Locale.ROOT, "kept: %s (%,d MiB)", path, Math.ceilDiv(bytes, MEBIBYTE));
    } catch (IOException | UncheckedIOException e) {
      // Somebody deletes there, or servers that end.
      return "kept: " + path;
    }
  }

  private Optional<String> delete() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("%s (%s)".formatted(path, e));
    }
  }
}
