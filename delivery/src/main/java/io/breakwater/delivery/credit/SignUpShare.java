package io.breakwater.delivery.credit;

import io.breakwater.common.priority.Priority;
import java.util.List;

/*
 * Sign-ups take no more than a quarter of a saturated node. How much a node can take is not known, only what it has
 * taken: its capacity is the most work that it has done in a second, forgotten by half in ten minutes. Work is counted
 * in messages; what other requests cost in messages is measured by the bench, roughly: a sign-up is two writes and a
 * conditional one, 20 messages; a look-up or a page 4.
 *
 * A node is saturated when sends have been a quarter above their target for 3 s: so far it has not helped to take fewer
 * sign-ups. It counts as such for 5 s more. A quarter of the capacity, in sign-ups a second, is then all they get, as a token
 * bucket of a tenth of a second.
 *
 * They are never starved: this grants one a second at least. That is all there is when sends have been at four times
 * their target for 3 s, until they are below. The pool may hold less: of less than one, it grants one in some of its
 * rounds (CreditController.signUps), a twentieth of them at least.
 *
 * One a second is all, too, while more than half of the sign-ups fail, or do not get their turn: a pool of one is many a
 * second if each fails at once, and each has left a line for nothing. The one that is tried says when that is over.
 */
/** The part of a node that sign-ups may have. Confined to the node's thread. */
final class SignUpShare {
  private static final double ABOVE = 1.25;
  private static final double FAR_ABOVE = 4;
  private static final long SATURATED_AFTER_MS = 3_000;
  private static final long SATURATED_FOR_MS = 5_000;
  private static final double HALF_LIFE_S = 600;
  private static final double BURST_S = 0.1;

  /** Sign-ups a second that the share does not deny. */
  private static final double TRICKLE = 1;

  /** What a frame of each class costs, in messages. */
  private static final int[] WORK = {0, 1, 1, 4, 1, 4, 20, 4};

  private static final long NEVER = Long.MAX_VALUE / 2;

  private final List<Tally> tallies;
  private double share = CreditAims.DEFAULT.signUpShare();
  private final long[] done = new long[Priority.COUNT];
  private double capacity;
  private double signUpPart;
  private long workedAtMs;
  private long aboveSinceMs = NEVER;
  private long farAboveSinceMs = NEVER;
  private long saturatedUntilMs = -NEVER;
  private long awayBefore;

  /** Whether most of those sign-ups were turned away that were answered last. */
  private boolean isFailing;

  private double tokens = 1;
  private long tokensAtMs;

  SignUpShare(List<Tally> tallies, long nowMs) {
    this.tallies = tallies;
    this.workedAtMs = nowMs;
    this.tokensAtMs = nowMs;
    work();
  }

  /**
   * Time goes on.
   *
   * @param ratio of what sends wait to their target
   */
  void look(double ratio, long nowMs) {
    if (nowMs - workedAtMs >= 1_000) {
      double seconds = (nowMs - workedAtMs) / 1_000.0;
      capacity = Math.max(capacity * Math.pow(0.5, seconds / HALF_LIFE_S), work() / seconds);
      workedAtMs = nowMs;
    }
    aboveSinceMs = ratio > ABOVE ? Math.min(aboveSinceMs, nowMs) : NEVER;
    farAboveSinceMs = ratio >= FAR_ABOVE ? Math.min(farAboveSinceMs, nowMs) : NEVER;
    if (nowMs - aboveSinceMs >= SATURATED_AFTER_MS) {
      saturatedUntilMs = nowMs + SATURATED_FOR_MS;
    }
    double perSecond = perSecond(nowMs);
    tokens = Math.min(perSecond * BURST_S + 1, tokens + perSecond * (nowMs - tokensAtMs) / 1_000.0);
    tokensAtMs = nowMs;
  }

  /** From now on. */
  void aim(CreditAims at) {
    share = at.signUpShare();
  }

  /** The work since it was asked last, in messages. */
  private double work() {
    double all = 0;
    double signUps = 0;
    for (int priority = 1; priority < Priority.COUNT; priority++) {
      long now = 0;
      for (Tally tally : tallies) {
        now += tally.allDone(priority);
      }
      double work = (double) WORK[priority] * (now - done[priority]);
      if (priority == Priority.SIGN_UP.number) {
        answered(now - done[priority]);
      }
      done[priority] = now;
      all += work;
      signUps += priority == Priority.SIGN_UP.number ? work : 0;
    }
    signUpPart = all == 0 ? 0 : signUps / all;
    return all;
  }

  private void answered(long signUps) {
    long away = 0;
    for (Tally tally : tallies) {
      away += tally.away(Priority.SIGN_UP.number);
    }
    if (signUps > 0) {
      isFailing = 2 * (away - awayBefore) > signUps;
    }
    awayBefore = away;
  }

  /** How many sign-ups a node takes that is saturated, or fails. */
  private double perSecond(long nowMs) {
    return isFailing || nowMs - farAboveSinceMs >= SATURATED_AFTER_MS
        ? TRICKLE
        : Math.max(TRICKLE, capacity * share / WORK[Priority.SIGN_UP.number]);
  }

  boolean isSaturated(long nowMs) {
    return nowMs < saturatedUntilMs;
  }

  /** How many more credits may be granted now, of so many. */
  int atMost(int credits, long nowMs) {
    return isFailing || isSaturated(nowMs) ? Math.min(credits, (int) tokens) : credits;
  }

  /** So many were. */
  void granted(int credits) {
    tokens = Math.max(0, tokens - credits);
  }

  /** The part of the last second's work that sign-ups were, 0..1. */
  double signUpPart() {
    return signUpPart;
  }

  /** Messages a second, or what comes to the same. */
  double capacity() {
    return capacity;
  }
}
