package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.surge.report.result.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a run has its servers' data, logs and facts. It is the evidence of what went wrong, so it
 * is deleted only after a run that passed. If this process is told to end, a hook says where it is.
 * Confined to one thread.
 */
final class RunDirectory implements AutoCloseable {
  private final Path path;
  private final Consumer<String> console;
  private final Thread hook;
  private boolean isToBeDeleted;

  private RunDirectory(Path path, Consumer<String> console) {
    this.path = path;
    this.console = console;
    hook = Thread.ofPlatform().unstarted(() -> console.accept("kept: " + path));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Makes a new one.
   *
   * @param parent made if it is missing; null: where temporary ones go
   * @param console is told at the end where it is, if it is kept
   */
  static RunDirectory make(@Nullable Path parent, String prefix, Consumer<String> console)
      throws IOException {
    Path path =
        parent == null
            ? Files.createTempDirectory(prefix)
            : Files.createTempDirectory(Files.createDirectories(parent), prefix);
    return new RunDirectory(path, console);
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
      console.accept("kept: " + path);
      return;
    }
    delete().ifPresent(problem -> console.accept("left behind: " + problem));
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
