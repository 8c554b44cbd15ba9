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
  REFUSED,
  /** A device was linked. */
  DEVICE_LINKED,
  /** A link id was answered twice. */
  LINK_ANSWERED_AGAIN,
  /** A user had as many devices as may be. */
  TOO_MANY_DEVICES,
  /** A device was signed out. */
  DEVICE_REVOKED,
  /** A device that was signed out came and was turned away. */
  TOKEN_REFUSED,
  /** A device heard of a new one. */
  HEARD_OF_LINK,
  /** A device heard of the end of another. */
  HEARD_OF_REVOKE,
  /** A device was away for longer than entries are kept. */
  TOLD_TOO_LONG,
  /** Such a device got what was still kept. */
  RETAINED_RECEIVED,
  /** A message expired before a device fetched it. */
  EXPIRED_UNSEEN,
  /** A client gave a message up. */
  GIVEN_UP,
  /** A message that was given up was delivered. */
  GIVEN_UP_AND_DELIVERED,
  /** A message that was given up was not delivered. */
  GIVEN_UP_AND_NOT_DELIVERED,
  /** A block that was not answered is not there. */
  BLOCK_LOST,
  /** A block that was not answered is there. */
  BLOCK_UNANSWERED,
  /** A block that was not answered came later. */
  BLOCK_LATE,
  /** Rows that were not answered are not there. */
  ROWS_LOST,
  /** Rows that were not answered are there. */
  ROWS_UNANSWERED,
  /** Rows that were not answered came later. */
  ROWS_LATE,
  /** A device row that was not answered is not there. */
  DEVICE_ROW_LOST,
  /** A device row that was not answered is there. */
  DEVICE_ROW_UNANSWERED,
  /** A device row that was not answered came later. */
  DEVICE_ROW_LATE,
  /** A shard moved between two living nodes, and entries with it. */
  HANDED_OFF,
  /** What came for a shard that was gained had to wait. */
  GAIN_WAITED,
  /** A message came to the wrong node, which passed it on. */
  FORWARDED,
  /** Such a message was refused for now. */
  FORWARD_REFUSED,
  /** Recovery handed entries to another node. */
  RECOVERED_FOR_ANOTHER,
  /** A node ended by plan, and left nothing to recover. */
  LEFT_BY_PLAN,
  /** A node joined others while messages were on their way. */
  JOINED_UNDER_LOAD,
  /** Nodes could not reach each other. */
  PARTITIONED,
  /** A node did not join, since it did not see a member that lives. */
  KEPT_OUT,
  /** Two nodes decided at the same time, and one of them was late. */
  VIEW_SUPERSEDED,
  /** Entries came to a node that was not their home. */
  RESUBMISSION_REFUSED,
  /** Recovery handed on what was refused once. */
  RESUBMISSION_REPEATED,
  /** Entries that were being handed off belonged here again. */
  TAKEN_BACK
}
