package io.breakwater.gateway.trunk;

import io.breakwater.common.priority.Priority;
import io.breakwater.gateway.home.BrownOut;
import io.breakwater.proto.trunk.Credit;
import io.breakwater.proto.trunk.Credits;
import java.util.Arrays;

/**
 * What a trunk may carry: credits that its node has granted, and what is spent of them, both
 * counted since it opened. A class that was never granted any is not limited: a node of an earlier
 * release grants none. What was not heard of for a second is not known to hold. Confined to an
 * event loop.
 */
final class Ledger {
  static final int SILENCE_MS = 1_000;

  private final long[] upTo = new long[Priority.COUNT];
  private final long[] spent = new long[Priority.COUNT];
  private final boolean[] isGranted = new boolean[Priority.COUNT];
  private long heardAtMs;
  private BrownOut brownOut = BrownOut.NONE;

  /** The node says what it grants. */
  void heard(Credits credits, long nowMs) {
    heardAtMs = nowMs;
    brownOut = BrownOut.of(credits.getBrownOut());
    for (Credit credit : credits.getCreditsList()) {
      int priority = credit.getPriority();
      if (priority > Priority.CONTROL.number && priority < Priority.COUNT) {
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
