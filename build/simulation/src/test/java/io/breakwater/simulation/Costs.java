package io.breakwater.simulation;

/**
 * What things cost Cassandra, of each replica, and how long they take where nothing waits; from
 * docs/performance.md, see docs/capacity.md.
 */
final class Costs {
  /** A message with all that follows from it, ms. */
  static final double MESSAGE_WORK_MS = 0.2;

  /** What of it is its block, which its sender waits for; the rest is settled later. */
  static final double BLOCK_PART = 0.5;

  static final double BLOCK_LATENCY_MS = 3;

  /** Account and device of a sign-up. */
  static final double ACCOUNT_WORK_MS = 0.22;

  static final double ACCOUNT_LATENCY_MS = 4;

  /** Its handle, by a conditional write. */
  static final double CONDITIONAL_WORK_MS = 0.4;

  static final double CONDITIONAL_LATENCY_MS = 8;

  static final double NETWORK_MS = 1;

  private Costs() {}
}
