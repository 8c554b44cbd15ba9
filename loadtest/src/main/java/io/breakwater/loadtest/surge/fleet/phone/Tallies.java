package io.breakwater.loadtest.surge.fleet.phone;

/** What all phones of a process have come to. Confined to the loop. */
public final class Tallies {
  long attempts;
  long welcomed;
  long lost;
  long signedUp;
  long written;
  long accepted;
  long rejected;
  long delivered;
  long refused;
  long resent;
  long wentBack;
  long lookUps;
  long lookUpsFound;
  long repeated;
  int up;
  int waiting;
  int unanswered;
  int unreadable;

  /**
   * A reading.
   *
   * @param attempts connections that were begun
   * @param resent transmissions of a message but the first
   * @param wentBack times that a server asked for earlier messages
   * @param repeated messages that had been there before, and were dropped
   * @param up sessions there are now
   * @param waiting sign-ups that have been told their place in line
   * @param unanswered messages without a final answer
   * @param unreadable payloads that no generator wrote
   */
  public record Reading(
      long attempts,
      long welcomed,
      long lost,
      long signedUp,
      long written,
      long accepted,
      long rejected,
      long delivered,
      long refused,
      long resent,
      long wentBack,
      long lookUps,
      long lookUpsFound,
      long repeated,
      int up,
      int waiting,
      int unanswered,
      int unreadable) {}

  /** As they stand. */
  public Reading read() {
    return new Reading(
        attempts,
        welcomed,
        lost,
        signedUp,
        written,
        accepted,
        rejected,
        delivered,
        refused,
        resent,
        wentBack,
        lookUps,
        lookUpsFound,
        repeated,
        up,
        waiting,
        unanswered,
        unreadable);
  }
}
