package io.breakwater.loadtest.surge.fleet.phone;

/** How a client behaves when it does not get what it wants. */
public enum Manners {
  /** As docs/protocol.md asks. */
  OBEDIENT,
  /** Tries again each second, whatever it is told, and does no work for a place in line. */
  IMPATIENT;

  /** How long the impatient wait. */
  static final long SECOND_NANOS = 1_000_000_000;
}
