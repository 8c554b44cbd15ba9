package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.stack.Metrics;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Server;
import io.breakwater.loadtest.stack.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the servers of a stack count, asked for each second from when it is started until it is
 * closed. What a process counts in its last second may be missed. Any thread.
 */
public final class Readings implements AutoCloseable {
  private static final long EVERY_MS = 1_000;

  private final List<Server> servers;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> Thread.ofPlatform().daemon().name("readings").unstarted(work));
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final Counts counts = new Counts();

  private Readings(List<Server> servers) {
    this.servers = servers;
  }

  /** Asks from now on. */
  public static Readings start(Stack stack) {
    Readings readings =
        new Readings(
            stack.servers().stream().filter(server -> server.part() != Part.CASSANDRA).toList());
    var _ =
        readings.thread.scheduleWithFixedDelay(
            readings::askAll, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
    return readings;
  }

  /** Asks all once more; takes two seconds for each that does not answer. */
  public void askAll() {
    servers.forEach(this::ask);
  }

  /**
   * Asks those that count it once more.
   *
   * @param meter one that is not logged
   * @return the sum over all processes until now; 0 if nobody has counted it
   */
  long ask(Meter meter) {
    servers.stream().filter(server -> server.part() == meter.part()).forEach(this::ask);
    lock.lock();
    try {
      return counts.sums().getOrDefault(meter, 0L);
    } finally {
      lock.unlock();
    }
  }

  /** Asks one, since it is about to end; nothing if it cannot be asked. */
  void ask(Server server) {
    if (server.part() == Part.CASSANDRA) {
      return;
    }
    Optional<Long> pid = server.pid();
    Optional<Metrics> answer = server.metrics();
    // Or its successor may have answered.
    if (pid.isPresent() && answer.isPresent() && pid.equals(server.pid())) {
      saw(pid.get(), figures(server.part(), answer.get()));
    }
  }

  private static Map<Meter, Long> figures(Part part, Metrics metrics) {
    Map<Meter, Long> figures = new EnumMap<>(Meter.class);
    Arrays.stream(Meter.values())
        .filter(meter -> meter.part() == part)
        .forEach(
            meter ->
                meter
                    .series()
                    .filter(metrics::has)
                    .ifPresent(series -> figures.put(meter, metrics.value(series))));
    return figures;
  }

  private void saw(long pid, Map<Meter, Long> figures) {
    lock.lock();
    try {
      counts.saw(pid, figures);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sums over all processes until now; without meters that no server has.
   *
   * @throws UncheckedIOException if a log cannot be read
   */
  public Map<Meter, Long> sums() {
    Map<Meter, Long> sums = new EnumMap<>(Meter.class);
    lock.lock();
    try {
      sums.putAll(counts.sums());
    } finally {
      lock.unlock();
    }
    for (Meter meter : Meter.values()) {
      meter.line().ifPresent(line -> sums.put(meter, lines(meter.part(), line)));
    }
    return sums;
  }

  private long lines(Part part, Pattern line) {
    return servers.stream()
        .filter(server -> server.part() == part)
        .mapToLong(server -> lines(server.log(), line))
        .sum();
  }

  private static long lines(Path log, Pattern line) {
    if (!Files.exists(log)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line.asPredicate()).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
