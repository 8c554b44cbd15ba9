package io.breakwater.delivery.node;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * An executor hands what a task throws to a future that nobody asks; a CompletableFuture hands what a callback throws
 * to the stage after it, which nobody has. Either way a bug would be neither seen nor felt: the node would go on by the
 * view that it had. So tasks are guarded here, and what is to be done about an answer is a task, not a callback.
 */
/**
 * The node's thread. A task that throws is logged, and the next one runs; an {@link Error} is
 * fatal. Any thread.
 */
final class NodeThread implements Executor, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeThread.class);

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("node").factory());
  private final Consumer<String> onFatal;

  /**
   * @param onFatal told why this process has to end
   */
  NodeThread(Consumer<String> onFatal) {
    this.onFatal = onFatal;
  }

  /**
   * Runs a task after those before it.
   *
   * @throws RejectedExecutionException if the thread has ended
   */
  @Override
  public void execute(Runnable task) {
    executor.execute(guarded(task));
  }

  /** Runs a task in so many milliseconds; never, if the thread ends before. */
  void schedule(Runnable task, long delayMs) {
    var _ = executor.schedule(guarded(task), delayMs, TimeUnit.MILLISECONDS);
  }

  /** Runs a task now, and again every so many milliseconds, also if it throws. */
  void repeat(Runnable task, long everyMs) {
    var _ = executor.scheduleAtFixedRate(guarded(task), 0, everyMs, TimeUnit.MILLISECONDS);
  }

  /** Does something about an answer when it is there; nothing if the thread has ended by then. */
  <T> void after(CompletionStage<T> answer, Consumer<T> done, Consumer<Throwable> failed) {
    after(this, answer, done, failed);
  }

  /** The same on a thread that stands for the node's: what is thrown there is that thread's. */
  static <T> void after(
      Executor thread, CompletionStage<T> answer, Consumer<T> done, Consumer<Throwable> failed) {
    var _ =
        answer.whenComplete(
            (result, failure) -> {
              try {
                thread.execute(
                    failure == null ? () -> done.accept(result) : () -> failed.accept(failure));
              } catch (RejectedExecutionException e) {
                log.debug("the node has ended", e);
              }
            });
  }

  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("a task of the node failed; the node goes on", e);
      } catch (Error e) {
        onFatal.accept("the node's thread is broken: " + e);
        throw e;
      }
    };
  }

  /** What is under way ends; nothing new is run. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
