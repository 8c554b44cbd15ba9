package io.breakwater.delivery.simulation;

/** Rare things that a run of seeds must have met, or it has shown little. */
public enum Sometimes {
  /** A node was killed while blocks were on their way. */
  CRASH_WITH_BLOCKS_IN_FLIGHT,
  /** Entries were taken over. */
  RECOVERED_ENTRIES,
  /** Recovery left blocks out that followed a hole. */
  JOURNAL_CUT,
  /** A block became durable after a recoverer had read the journal. */
  LATE_BLOCK_OF_A_ZOMBIE,
  /** A repeated origin was known in memory. */
  DEDUPE_IN_MEMORY,
  /** An origin row was found. */
  ORIGIN_FOUND,
  /** An origin row was looked for in vain. */
  ORIGIN_ABSENT,
  /** A message came before its predecessor was accepted. */
  RESEND_FROM,
  /** A session was fed from storage. */
  PAGE_READ,
  /** A leaf had no room in the tail. */
  LEAF_WRITTEN_DIRECTLY,
  /** An entry moved to a newer block. */
  REAPPENDED,
  /** A slice of a journal was deleted. */
  SLICE_DROPPED,
  /** Unacknowledged entries were delivered again. */
  REDELIVERED,
  /** A newer connection of a device took over. */
  DISPLACED,
  /** A clock of a node jumped. */
  CLOCK_STEP,
  /** A machine was suspended. */
  SUSPENDED,
  /** An idle mailbox was forgotten. */
  MAILBOX_FORGOTTEN,
  /** A send arrived long after its device had gone on elsewhere. */
  LATE_SEND,
  /** A send was refused. */
  REFUSED
}
