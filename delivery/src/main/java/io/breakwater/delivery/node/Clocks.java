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

  /** Milliseconds since 1970. */
  public long wallMs() {
    return wall.millis();
  }

  /** Milliseconds of the clock that only advances. */
  public long monoMs() {
    return mono.getAsLong() / 1_000_000;
  }
}
