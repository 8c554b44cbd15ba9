package io.breakwater.loadtest.chaos.report;

/**
 * What users noticed of a fault until the next one begins, and no longer than anything was sent.
 *
 * @param fault its number
 * @param what for people
 * @param concerned from its begin to its end, of what those sent whom it concerned, and of what was
 *     sent to them
 * @param others meanwhile, of what the others sent to each other; nobody if it concerned all
 * @param afterwards in the minute after its end, when what was away comes back; of all
 */
public record Interruption(
    int fault, String what, Pause concerned, Pause others, Pause afterwards) {
  /**
   * The worst that one user of some noticed, of some messages.
   *
   * @param users to whom somebody wrote them
   * @param withoutAcceptMs the longest time from the first send to one of them after the last that
   *     was accepted until the next that was
   * @param withoutDeliveryMs the longest time from the first send to one of them after the last
   *     that an application of theirs was handed until it was handed the next one
   */
  public record Pause(int users, long withoutAcceptMs, long withoutDeliveryMs) {
    /** Of nobody. */
    public static final Pause NOBODY = new Pause(0, 0, 0);
  }
}
