package io.breakwater.loadtest.surge.fleet.play;

/** How late arrivals were begun, since it was last asked. Confined to the loop. */
final class Lag {
  private long due;
  private long most;

  void add(long nanos) {
    due++;
    most = Math.max(most, nanos);
  }

  /** Arrivals in all. */
  long due() {
    return due;
  }

  /** The worst since the last time, nanoseconds. */
  long takeMost() {
    long taken = most;
    most = 0;
    return taken;
  }
}
