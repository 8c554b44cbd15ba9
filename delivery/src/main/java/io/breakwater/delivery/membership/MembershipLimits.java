package io.breakwater.delivery.membership;

/**
 * How long things may take, ms.
 *
 * @param minorityMs a side with less than half of the view's members does not remove anybody whom
 *     it has not missed for so long
 * @param slowMs a member that has not released what it lost for so long is removed
 * @param slowPaceMs at most one member that is merely slow is removed in this time
 * @param turnMs each further member waits so much longer before it proposes what the one before it
 *     should have
 * @param beatSilentMs a beat in storage that has not risen for so long is silent: whoever is not
 *     seen is removed by everybody, whoever is seen like one that is slow
 * @param meetMs members and a node that wants to join meet within this time, or the node says whom
 *     it waits for
 * @param uselessMs a node that nobody uses for so long does not keep others from joining
 * @param forgetMs who has registered, is in no view and has not been seen for so long is forgotten
 * @param newcomers that members meet at a time, of those that wait to join
 * @param earlier views of which somebody has not released: while there are so many, nobody joins,
 *     unless no member is there
 */
public record MembershipLimits(
    long minorityMs,
    long slowMs,
    long slowPaceMs,
    long turnMs,
    long beatSilentMs,
    long meetMs,
    long uselessMs,
    long forgetMs,
    int newcomers,
    int earlier) {
  /** Those of every node. */
  public static final MembershipLimits USUAL =
      new MembershipLimits(5_000, 10_000, 30_000, 500, 10_000, 5_000, 60_000, 600_000, 16, 8);
}
