package io.breakwater.gateway.trunk;

import io.breakwater.gateway.home.BrownOut;
import io.breakwater.proto.trunk.Credit;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.Arrays;

/**
 * What a trunk may carry: credits that its node has granted, and what is spent of them, both
 * counted since it opened. A class that was never granted any is not limited: a node of an earlier
 * release grants none. What was not heard of for a second is not known to hold. Confined to an
 * event loop.
 */
final class Ledger {
  /** The class that is never held back. */
  static final int CONTROL = 0;

  static final int SEND = 1;
  static final int LOOK_UP = 5;
  static final int SIGN_UP = 6;

  /** Priority classes. */
  static final int CLASSES = 8;

  static final int SILENCE_MS = 1_000;

  private final long[] upTo = new long[CLASSES];
  private final long[] spent = new long[CLASSES];
  private final boolean[] isGranted = new boolean[CLASSES];
  private long heardAtMs;
  private BrownOut brownOut = BrownOut.NONE;

  /** The class of a frame; one that is not known comes last. */
  static int classOf(GatewayFrame frame) {
    int priority = frame.getPriority();
    return priority >= 0 && priority < CLASSES ? priority : CLASSES - 1;
  }

  /** The node says what it grants. */
  void heard(Credits credits, long nowMs) {
    heardAtMs = nowMs;
    brownOut = BrownOut.of(credits.getBrownOut());
    for (Credit credit : credits.getCreditsList()) {
      int priority = credit.getPriority();
      if (priority > CONTROL && priority < CLASSES) {
        isGranted[priority] = true;
        upTo[priority] = credit.getUpTo();
      }
    }
  }

  /** What the node does without. */
  BrownOut brownOut() {
    return brownOut;
  }

  /** Whether one more frame of a class may go. */
  boolean hasCredit(int priority, long nowMs) {
    return hasCredit(priority, 0, nowMs);
  }

  /** The same beside so many that have a claim to credit before it. */
  boolean hasCredit(int priority, int claims, long nowMs) {
    return !isGranted[priority]
        || (spent[priority] + claims < upTo[priority] && nowMs - heardAtMs <= SILENCE_MS);
  }

  /** Whether only the silence of the node holds back what it had granted. */
  boolean isOnlySilent(int priority, long nowMs) {
    return isGranted[priority]
        && spent[priority] < upTo[priority]
        && nowMs - heardAtMs > SILENCE_MS;
  }

  /** One more is about to go. */
  void spend(int priority) {
    spent[priority]++;
  }

  /** The trunk opens anew. */
  void clear() {
    Arrays.fill(upTo, 0);
    Arrays.fill(spent, 0);
    Arrays.fill(isGranted, false);
    brownOut = BrownOut.NONE;
  }
}
