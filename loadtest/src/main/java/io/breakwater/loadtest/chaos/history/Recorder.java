package io.breakwater.loadtest.chaos.history;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Writes facts into a file, in the order in which they are given. Any thread; a fact is recorded
 * when the method returns, and in the file at the next {@link #flush} or {@link #close}.
 */
public final class Recorder implements AutoCloseable {
  private final BufferedWriter file;
  private final LongSupplier nowMs;
  private final ReentrantLock lock = new ReentrantLock();

  /** Of the last fact. Guarded by the lock. */
  private long number;

  private long atMs = Long.MIN_VALUE;

  private Recorder(BufferedWriter file, LongSupplier nowMs) {
    this.file = file;
    this.nowMs = nowMs;
  }

  /** What happened, given its number and time. */
  public interface Happening {
    /** The fact. */
    Fact at(long number, long atMs);
  }

  /**
   * Begins a file.
   *
   * @param nowMs a clock that never goes back; called under the lock
   * @throws java.nio.file.FileAlreadyExistsException if there is one
   */
  public static Recorder create(Path file, LongSupplier nowMs) throws IOException {
    return new Recorder(
        Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW),
        nowMs);
  }

  /**
   * Records a fact.
   *
   * @throws UncheckedIOException if it cannot be written: the history is worthless
   */
  public void record(Happening happening) {
    lock.lock();
    try {
      number++;
      atMs = Math.max(atMs, nowMs.getAsLong());
      file.write(Lines.write(happening.at(number, atMs)));
      file.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  /** Hands everything to the operating system. */
  public void flush() throws IOException {
    lock.lock();
    try {
      file.flush();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      file.close();
    } finally {
      lock.unlock();
    }
  }
}
