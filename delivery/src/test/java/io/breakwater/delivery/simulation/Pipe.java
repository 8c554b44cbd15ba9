package io.breakwater.delivery.simulation;

/** One direction of a connection: in order, late, until it is cut. */
final class Pipe {
  private final VirtualTime time;
  private final Dice dice;
  private final long slowestMs;
  private long lastMs;
  private boolean cut;

  Pipe(VirtualTime time, Dice dice, long slowestMs) {
    this.time = time;
    this.dice = dice;
    this.slowestMs = slowestMs;
  }

  /** Happens later at the far end, after all that was sent before, unless the pipe is cut. */
  void send(Runnable arrival) {
    lastMs = Math.max(lastMs, time.nowMs() + dice.between(0L, slowestMs));
    time.at(
        lastMs,
        () -> {
          if (!cut) {
            arrival.run();
          }
        });
  }

  /** What is on its way is lost. */
  void cut() {
    cut = true;
  }
}
