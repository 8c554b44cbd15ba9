package io.breakwater.delivery.lane;

/**
 * The rules that keep the promises. All are always on; a test may switch one off to see that the
 * simulation notices.
 */
public enum Rule {
  /** A known origin gets its first answer. */
  DEDUPE,
  /** Blocks are published in order, none before its predecessors. */
  PREFIX,
  /** Nothing is published without a clean read of the own row. */
  SEAL,
  /** Ids are issued below the durable ceiling, and start above every earlier one. */
  CEILING,
  /** The tail is bounded. */
  TAIL_CAP,
  /** What an earlier incarnation left unsettled is journaled and published again. */
  RESUBMISSION,
  /** What is unsettled of a shard that goes to another node is handed to that node. */
  HANDOFF,
  /** Nothing is said of a shard that is gained before its earlier owners have released it. */
  GAIN,
  /** Ids of a shard that is gained come after those of its earlier owners. */
  IDS_ABOVE,
  /** A lane that still has something of a shard that it lost does not say that it released it. */
  RELEASE,
  /** Only the home of a shard takes over what is unsettled of it. */
  HOME_ONLY,
  /** An entry is acknowledged when every device of its user has acknowledged it. */
  EVERY_DEVICE
}
