package io.breakwater.cli.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.breakwater.cli.process.StartFailure;
import io.breakwater.cli.supervise.PidFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * What an {@code up} runs, in a file beside the pid files: {@code up.json}. Which of it runs now,
 * the pid files say.
 *
 * @param processes in the order in which they start
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunFile(List<Entry> processes) {
  private static final String NAME = "up.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a process does. */
  public enum Kind {
    /** A node of Cassandra. */
    CASSANDRA,
    /** A delivery node. */
    DELIVERY,
    /** A gateway. */
    GATEWAY
  }

  /**
   * One process.
   *
   * @param name of its pid file
   * @param serves where others use it, {@code host:port}
   * @param admin where it is asked how it does; Cassandra's CQL port
   * @param log the file; empty if {@code up} did not start it
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Entry(String name, Kind kind, String serves, String admin, String log) {
    /** Whether {@code up} started it, and so there is a pid file. */
    boolean isOurs() {
      return !log.isEmpty();
    }
  }

  /** Copies the list. */
  public RunFile {
    processes = List.copyOf(processes);
  }

  /** Whoever reads meanwhile sees all of it or none. */
  public void write(Path directory) throws IOException {
    Path draft = directory.resolve(NAME + ".new");
    Files.write(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    Files.move(draft, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  /** All has ended. One that stays does no harm: its processes are found dead. */
  public static void delete(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(NAME));
  }

  /**
   * That of the {@code up} that runs now; empty if none does.
   *
   * @throws StartFailure if it cannot be read
   */
  public static Optional<RunFile> running(Path directory) {
    try {
      return read(directory).filter(run -> run.isAnyRunning(directory));
    } catch (IOException e) {
      throw new StartFailure("cannot read what runs in %s (%s)".formatted(directory, e), e);
    }
  }

  private boolean isAnyRunning(Path directory) {
    return processes.stream()
        .anyMatch(process -> PidFile.of(directory, process.name()).process().isPresent());
  }

  /** That of the {@code up} that runs now, or of one that was killed. */
  private static Optional<RunFile> read(Path directory) throws IOException {
    try {
      return Optional.of(
          JSON.readValue(Files.readAllBytes(directory.resolve(NAME)), RunFile.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
