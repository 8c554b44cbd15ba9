package io.breakwater.delivery.simulation;

/** What a simulation checks; the names are those of DESIGN.md section 2. */
public enum Promise {
  /** Accepted means durable. */
  P1,
  /** Accepted means delivered, exactly once. */
  P2,
  /** A send is idempotent, and nothing is received that was not sent. */
  P3,
  /** Order. */
  P4,
  /** Everything is bounded. */
  P9,
  /**
   * A link id makes one device, which is let in; a device that was signed out is not, and gets
   * nothing; the others hear of both, and of nothing else.
   */
  DEVICES,
  /** When faults stop, everything goes on. */
  LIVENESS
}
