package io.breakwater.delivery.simulation;

/** A way to break what surrounds the lanes, to see that the simulation notices. */
enum Sabotage {
  /** The row of a linked device is said to be written, and is not. */
  LINK_NOT_WRITTEN,
  /** The row of a device that is signed out is said to be written, and is not. */
  REVOKE_NOT_WRITTEN,
  /** Each attempt to link makes a device of its own. */
  LINK_ID_IGNORED,
  /** Devices do not hear that entries have expired. */
  NO_TOO_LONG,
  /** Mailbox rows are gone twenty days before their time. */
  EXPIRES_EARLY,
  /** Clients are not told for how long they may retry. */
  RETRIES_FOREVER,
  /** Clients are told to give up much too early. */
  GIVES_UP_EARLY,
  /** Nobody takes over what a dead node left. */
  RECOVERY_SKIPPED,
  /** A dead node's journal is read as soon as it is sealed. */
  SEAL_NOT_AWAITED
}
