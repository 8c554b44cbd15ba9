package io.breakwater.delivery.membership;

/**
 * How long things may take, ms.
 *
 * @param minorityMs a side with less than half of the view's members waits so much longer before it
 *     removes anybody
 * @param slowMs a member that has not released what it lost for so long is removed
 * @param slowPaceMs at most one member that is merely slow is removed in this time
 * @param turnMs each further member waits so much longer before it proposes what the one before it
 *     should have
 * @param forgetMs who has registered, is in no view and has not been seen for so long is forgotten
 * @param earlier views of which somebody has not released: while there are so many, nobody joins,
 *     unless no member is there
 */
public record MembershipLimits(
    long minorityMs, long slowMs, long slowPaceMs, long turnMs, long forgetMs, int earlier) {
  /** What DESIGN.md section 6 says. */
  public static final MembershipLimits USUAL =
      new MembershipLimits(5_000, 10_000, 30_000, 500, 600_000, 8);
}
