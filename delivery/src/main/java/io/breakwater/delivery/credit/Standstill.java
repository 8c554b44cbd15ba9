package io.breakwater.delivery.credit;

/**
 * Whether what is under way gets on. What waits longest is in no measure of what is done: of
 * requests that stand still nothing would be seen until it is over. Confined to the node's thread.
 */
final class Standstill {
  private long underWayBefore;
  private long doneBefore;
  private long sinceMs;

  /**
   * How long something has been under way of which nothing got done meanwhile: so long its oldest
   * has waited at least.
   *
   * @param underWay how much is, now
   * @param done how much ever was
   */
  long lastsMs(long underWay, long done, long nowMs) {
    if (underWay <= 0 || underWayBefore <= 0 || done != doneBefore) {
      sinceMs = nowMs;
    }
    underWayBefore = underWay;
    doneBefore = done;
    return nowMs - sinceMs;
  }
}
