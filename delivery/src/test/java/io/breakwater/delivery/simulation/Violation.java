package io.breakwater.delivery.simulation;

/** A promise was broken. The message names it and the seed that shows it. */
public final class Violation extends RuntimeException {
  private final Promise promise;
  private final long seed;

  Violation(Promise promise, long seed, long atMs, String what) {
    super(promise + " broken by seed " + seed + " at " + atMs + " ms: " + what);
    this.promise = promise;
    this.seed = seed;
  }

  /** The promise. */
  public Promise promise() {
    return promise;
  }

  /** The seed. */
  public long seed() {
    return seed;
  }
}
