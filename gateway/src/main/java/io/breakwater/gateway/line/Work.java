package io.breakwater.gateway.line;

/** What became of the proof of work that a sign-up brought. */
public sealed interface Work {
  /** It brought none. */
  record None() implements Work {}

  /**
   * It is done.
   *
   * @param bits that were asked for
   */
  record Done(int bits) implements Work {}

  /** It counts for nothing. */
  record Refused(Fault fault) implements Work {}

  /** Why work counts for nothing. */
  enum Fault {
    /** No gateway of this cluster asked for it, or of another sign-up. */
    FORGED,
    /** It was asked for too long ago. */
    LAPSED,
    /** The hash has fewer zero bits than were asked for. */
    TOO_LITTLE,
    /** More is asked for by now. */
    RAISED,
    /** None came in time. */
    MISSING,
    /** None came before so many others began that there was no room for who was at it. */
    CROWDED_OUT
  }
}
