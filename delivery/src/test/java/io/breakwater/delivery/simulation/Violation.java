package io.breakwater.delivery.simulation;

/** A promise was broken. The message names it and the seed that shows it. */
public final class Violation extends RuntimeException {
  private final Promise promise;

  Violation(Promise promise, long seed, long atMs, String what) {
    super(promise + " broken by seed " + seed + " at " + atMs + " ms: " + what);
    this.promise = promise;
  }

  /** The promise. */
  public Promise promise() {
    return promise;
  }
}
