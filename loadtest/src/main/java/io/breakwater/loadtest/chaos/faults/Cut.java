package io.breakwater.loadtest.chaos.faults;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Ways between hosts on which nothing gets through until this is closed. What was cut is mended,
 * and nothing else. Confined to one thread.
 */
final class Cut implements AutoCloseable {
  /**
   * What one host sends to another one.
   *
   * @param port where the other one is reached, if it is
   */
  record Way(String from, String to, int port) {}

  private final Collection<Way> ways;
  private final Consumer<Way> mending;

  private Cut(Collection<Way> ways, Consumer<Way> mending) {
    this.ways = ways;
    this.mending = mending;
  }

  /**
   * Cuts all at the same time: each takes a moment, and a busy machine more of them.
   *
   * @param cutting cuts one; any thread
   * @param mending mends one; any thread
   * @throws RuntimeException of the first that could not be cut; those that were are mended then
   */
  static Cut of(List<Way> ways, Consumer<Way> cutting, Consumer<Way> mending) {
    Collection<Way> cut = new ConcurrentLinkedQueue<>();
    Cut made = new Cut(cut, mending);
    try {
      atOnce(
          ways,
          way -> {
            cutting.accept(way);
            cut.add(way);
          });
      return made;
    } catch (RuntimeException e) {
      made.closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(RuntimeException failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Mends all that was cut; if one cannot be mended, the others are all the same. */
  @Override
  public void close() {
    atOnce(ways, mending);
  }

  /** Returns when it is done with all, or throws what the first of them threw. */
  private static void atOnce(Collection<Way> ways, Consumer<Way> work) {
    List<CompletableFuture<Void>> all =
        ways.stream()
            .map(
                way ->
                    CompletableFuture.runAsync(() -> work.accept(way), Thread::startVirtualThread))
            .toList();
    RuntimeException failure = null;
    for (CompletableFuture<Void> each : all) {
      try {
        each.join();
      } catch (CompletionException e) {
        RuntimeException why = e.getCause() instanceof RuntimeException cause ? cause : e;
        if (failure == null) {
          failure = why;
        } else {
          failure.addSuppressed(why);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
