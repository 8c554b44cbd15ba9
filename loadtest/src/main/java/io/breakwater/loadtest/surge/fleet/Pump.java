package io.breakwater.loadtest.surge.fleet;

import static io.breakwater.loadtest.surge.fleet.phone.Timers.NEVER;

import io.breakwater.loadtest.line.LineLoop;
import io.breakwater.loadtest.surge.fleet.phone.Timers;
import java.util.function.Consumer;

/** Runs timers on a loop when they are due. Confined to the loop, but for {@link #execute}. */
final class Pump {
  private final LineLoop loop;
  private final Timers timers;
  private final Consumer<RuntimeException> failed;

  /** The earliest time for which the loop will call. */
  private long scheduled = NEVER;

  Pump(LineLoop loop, Timers timers, Consumer<RuntimeException> failed) {
    this.loop = loop;
    this.timers = timers;
    this.failed = failed;
  }

  /** Does something on the loop. Any thread. */
  void execute(Runnable task) {
    loop.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            failed.accept(e);
          }
          run();
        });
  }

  /** Wakes who is due, and sees to the next one. */
  void run() {
    try {
      timers.run(System.nanoTime());
    } catch (RuntimeException e) {
      failed.accept(e);
    }
    schedule();
  }

  /** Sees to it that the next alarm is not slept through. */
  void schedule() {
    long next = timers.next();
    if (next < scheduled) {
      scheduled = next;
      loop.at(next, () -> due(next));
    }
  }

  private void due(long at) {
    if (at == scheduled) {
      scheduled = NEVER;
    }
    run();
  }
}
