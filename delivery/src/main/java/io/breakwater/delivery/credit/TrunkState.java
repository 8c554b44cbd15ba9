package io.breakwater.delivery.credit;

import io.breakwater.common.priority.Priority;

/** What the controller knows of a trunk. Confined to the node's thread. */
final class TrunkState {
  private static final double SMOOTHING = 0.3;
  private static final double NOT_KNOWN = -1;
  private static final double UNKNOWN_APART_MS = 500;

  final Account account;

  /** Frames a second, smoothed, by class. */
  private final double[] rate = new double[Priority.COUNT];

  private final long[] arrivedBefore = new long[Priority.COUNT];

  /** What is wanted now: waiting frames and what a tenth of a second brings. */
  final double[] need = new double[Priority.COUNT];

  /** Credits that it should have left now. */
  final int[] left = new int[Priority.COUNT];

  /** What its gateway said last. */
  Account.Said said = Account.Said.NOTHING;

  long toldAtMs;
  BrownOutStep stepTold = BrownOutStep.NONE;

  /** When it had no credit for sign-ups that was not spent, or last spent one, or got the first. */
  long signedUpAtMs;

  private long signUpsBefore;

  /** It was granted credits and did not spend them: others come first until then. */
  long idleUntilMs = Long.MIN_VALUE / 2;

  /** How far apart those arrived who left the line last. */
  private double apartMs = NOT_KNOWN;

  /** By so much its gateway's clock is ahead at least, as long as its line lasts. */
  private long aheadMs;

  TrunkState(Account account, long nowMs) {
    this.account = account;
    this.toldAtMs = nowMs - CreditController.TELL_MS;
    this.signedUpAtMs = nowMs;
  }

  /** Ten times a second. */
  void measure(double seconds) {
    for (int priority = 1; priority < Priority.COUNT; priority++) {
      long arrived = account.arrived(priority);
      double now = (arrived - arrivedBefore[priority]) / seconds;
      arrivedBefore[priority] = arrived;
      rate[priority] += SMOOTHING * (now - rate[priority]);
    }
  }

  /** Takes over what the gateway said. */
  void hear(long wallMs, long nowMs) {
    Account.Said now = account.said(nowMs);
    learn(now);
    said = now;
    for (int priority = 1; priority < Priority.COUNT; priority++) {
      need[priority] = said.waiting(priority) + rate[priority] * CreditController.ROUND_S;
    }
    aheadMs = said.signUps() == 0 ? 0 : Math.max(aheadMs, said.firstArrivedMs() - wallMs);
    long arrived = account.arrived(Priority.SIGN_UP.number);
    if (arrived != signUpsBefore || unspent() == 0) {
      signUpsBefore = arrived;
      signedUpAtMs = nowMs;
    }
  }

  /** Credits for sign-ups that it has not spent. */
  int unspent() {
    return (int)
        Math.max(
            0, account.upTo(Priority.SIGN_UP.number) - account.arrived(Priority.SIGN_UP.number));
  }

  /** Sign-ups that wait, in line or for the trunk, beyond the credits that it will have. */
  int hungry() {
    return said.signUps() + said.waiting(Priority.SIGN_UP.number) - served();
  }

  /** For how long the first in its line has stood there; 0 if there is none. */
  long firstWaitedMs(long wallMs) {
    return said.signUps() == 0 ? 0 : Math.max(0, wallMs - (said.firstArrivedMs() - aheadMs));
  }

  /** How many of those who were said to wait have come since, or have credit. */
  private int served() {
    long come = account.arrived(Priority.SIGN_UP.number) - said.before();
    return left[Priority.SIGN_UP.number] + (int) Math.max(0, come);
  }

  /**
   * When the next of its line arrived. What is known is its head, its length and now, and how far
   * its head has moved lately for each who left: the line is taken to be as dense further on as it
   * was there, but not much denser than it is on the average; at first, to be sparse. Who would
   * have arrived after now stands at a gateway whose clock is ahead; one whose clock is behind is
   * served sooner by as much.
   */
  double nextArrivedMs(long wallMs) {
    int ahead = served() - said.waiting(Priority.SIGN_UP.number);
    if (ahead < 0) {
      // A device to be linked can only be linked here, and there are few.
      return 0;
    }
    double first = said.firstArrivedMs() - aheadMs;
    double average = (wallMs - first) / Math.max(1, said.signUps());
    double apart = apartMs < 0 ? UNKNOWN_APART_MS : apartMs;
    return first + ahead * Math.max(apart, average / 2);
  }

  /** Learns from what was said before and is said now how far apart people arrived. */
  private void learn(Account.Said now) {
    long gone = now.before() - said.before();
    if (now.signUps() == 0 || said.signUps() == 0) {
      apartMs = NOT_KNOWN;
    } else if (gone > 0) {
      double apart = Math.max(0, now.firstArrivedMs() - said.firstArrivedMs()) / (double) gone;
      apartMs = apartMs < 0 ? apart : apartMs + SMOOTHING * (apart - apartMs);
    }
  }
}
