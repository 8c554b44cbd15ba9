package io.breakwater.delivery.membership;

/** What a node is to a shard. */
public enum Standing {
  /** Its home: it accepts, publishes and delivers. */
  HOME,
  /** Its home to be: earlier owners have not released it yet, so what comes waits. */
  GAINING,
  /** Another node is its home. */
  AWAY
}
