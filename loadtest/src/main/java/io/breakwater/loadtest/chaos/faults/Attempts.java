package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.chaos.history.Fact;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Does again what leads to something only sometimes, until it has. Pure. */
final class Attempts {
  /** What leads there every second time fails once in thirty so. */
  static final int MOST = 5;

  private Attempts() {}

  /**
   * Does it, at most {@value #MOST} times.
   *
   * @param hasLedThere asked after each attempt but the last
   * @param attempt whether it was seen to do anything
   * @param between is done after an attempt that led nowhere, before the next one
   * @return whether any attempt was seen to do anything
   */
  static Fact.Effect until(
      BooleanSupplier hasLedThere, Supplier<Fact.Effect> attempt, Runnable between) {
    Fact.Effect effect = attempt.get();
    for (int made = 1; made < MOST && !hasLedThere.getAsBoolean(); made++) {
      between.run();
      effect = attempt.get() == Fact.Effect.SEEN ? Fact.Effect.SEEN : effect;
    }
    return effect;
  }
}
