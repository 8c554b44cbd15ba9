package io.breakwater.gateway.line;

/** What became of the ticket that a sign-up brought. */
public sealed interface Ticket {
  /** It brought none. */
  record None() implements Ticket {}

  /**
   * It has waited before.
   *
   * @param arrivedMs when it came first, ms since 1970 UTC by the clock of the gateway that it came
   *     to
   * @param workBits of the work that it did for its place; 0: none
   * @param seenMs when it was seen last, or is to come back, likewise
   */
  record Good(long arrivedMs, int workBits, long seenMs) implements Ticket {}

  /** It counts for nothing. */
  record Refused(Fault fault) implements Ticket {}

  /** Why a ticket counts for nothing. */
  enum Fault {
    /** No gateway of this cluster made it, or it made it for another sign-up. */
    FORGED,
    /** Its holder was not seen for too long. */
    LAPSED,
    /** Its sign-up came too long ago. */
    AGED
  }
}
