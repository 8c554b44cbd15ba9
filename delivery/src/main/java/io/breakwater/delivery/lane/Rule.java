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
  RESUBMISSION
}
