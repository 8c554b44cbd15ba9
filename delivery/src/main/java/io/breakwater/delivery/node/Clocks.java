package io.breakwater.delivery.node;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a node.
 *
 * @param wall for ids and buckets; may jump
 * @param mono for every decision about elapsed time; nanoseconds
 */
public record Clocks(InstantSource wall, LongSupplier mono) {
  /** The machine's. */
  public static Clocks system() {
    return new Clocks(InstantSource.system(), System::nanoTime);
  }

  /** Both clocks at one moment. */
  record Reading(long wallMs, long monoMs) {}

  /**
   * Reads both. A thread that loses its processor between the two would see the clocks jump against
   * each other, and a lane that sees that trusts nothing it read before: so it is tried again.
   */
  Reading read() {
    long before = monoMs();
    for (int attempt = 1; ; attempt++) {
      long wallMs = wallMs();
      long after = monoMs();
      if (after - before <= 5 || attempt == 100) {
        return new Reading(wallMs, after);
      }
      before = after;
    }
  }

  /** Milliseconds since 1970. */
  public long wallMs() {
    return wall.millis();
  }

  /** Milliseconds of the clock that only advances. */
  public long monoMs() {
    return mono.getAsLong() / 1_000_000;
  }

  /** Microseconds of the same clock. */
  long monoUs() {
    return mono.getAsLong() / 1_000;
  }
}
