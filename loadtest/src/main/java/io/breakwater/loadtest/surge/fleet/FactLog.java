package io.breakwater.loadtest.surge.fleet;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.FactWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Takes facts from one thread, and writes them on another: a disk that stalls does not stall the
 * phones. At most {@value #CAPACITY} wait; those beyond are lost, and so is the run: {@link #loss}
 * says it.
 */
final class FactLog implements AutoCloseable {
  private static final int CAPACITY = 1 << 18;
  private static final int BATCH = 4_096;
  private static final long PAUSE_MS = 20;
  private static final long CLOSE_S = 60;

  private final BlockingQueue<Fact> waiting;
  private final AtomicLong lost = new AtomicLong();
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  private final Path file;
  private final Thread thread;
  private volatile boolean isClosing;

  private FactLog(Path file, FactWriter writer, int capacity) {
    this.file = file;
    this.waiting = new ArrayBlockingQueue<>(capacity);
    this.thread = Thread.ofPlatform().name("facts").daemon().unstarted(() -> write(writer));
  }

  /** Makes the file, or replaces it. */
  static FactLog to(Path file) throws IOException {
    return to(file, CAPACITY);
  }

  /** For a test: does not write before it is closed if it is not started. */
  static FactLog to(Path file, int capacity) throws IOException {
    FactLog log = new FactLog(file, FactWriter.to(file), capacity);
    if (capacity == CAPACITY) {
      log.thread.start();
    }
    return log;
  }

  /** Never waits. */
  void add(Fact fact) {
    if (!waiting.offer(fact)) {
      lost.incrementAndGet();
    }
  }

  /** How many wait to be written. */
  int waiting() {
    return waiting.size();
  }

  /** What voids the run; null if all is well so far. */
  @Nullable String loss() {
    IOException failed = failure.get();
    if (failed != null) {
      return "facts could not be written to %s: %s".formatted(file, failed.getMessage());
    }
    long count = lost.get();
    return count == 0
        ? null
        : "%d facts were lost: more than %d waited for %s"
            .formatted(count, waiting.remainingCapacity() + waiting.size(), file);
  }

  private void write(FactWriter writer) {
    List<Fact> batch = new ArrayList<>(BATCH);
    try (writer) {
      while (!isClosing || !waiting.isEmpty()) {
        waiting.drainTo(batch, BATCH);
        if (batch.isEmpty()) {
          Fact next = waiting.poll(PAUSE_MS, TimeUnit.MILLISECONDS);
          if (next != null) {
            writer.write(next);
          }
        }
        for (Fact fact : batch) {
          writer.write(fact);
        }
        batch.clear();
      }
    } catch (IOException e) {
      failure.set(e);
    } catch (InterruptedException e) {
      failure.set(new IOException("interrupted", e));
    }
  }

  /** Writes what waits; nothing more is taken. Read {@link #loss} afterwards. */
  @Override
  public void close() {
    isClosing = true;
    try {
      if (thread.getState() == Thread.State.NEW) {
        thread.start();
      }
      if (!thread.join(Duration.ofSeconds(CLOSE_S))) {
        failure.set(new IOException("not done after " + CLOSE_S + " s"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure.set(new IOException("interrupted", e));
    }
  }
}
