package io.breakwater.gateway.returning;

import java.util.Arrays;

/**
 * Those who were told to come back and are still away, by when they will: counted in steps of half
 * a second, from which whoever is due drops out. Confined to an event loop.
 */
final class Herd {
  private static final int STEP_MS = 500;

  /** Absences that are longer count for so long. */
  private static final int LONGEST_MS = 3_600_000;

  /** Who is due in a step, which has its place by time. */
  private final int[] due = new int[LONGEST_MS / STEP_MS + 2];

  /** Everything before this step is over. */
  private long step = Long.MIN_VALUE / 4;

  private long size;

  /** How many are away. */
  long size(long nowMs) {
    long now = Math.floorDiv(nowMs, STEP_MS);
    if (now - step >= due.length) {
      Arrays.fill(due, 0);
      size = 0;
      step = now;
    }
    for (; step < now; step++) {
      int place = placeOf(step);
      size -= due[place];
      due[place] = 0;
    }
    return size;
  }

  /** Somebody is told to come back after so long. */
  void join(int afterMs, long nowMs) {
    size(nowMs);
    long last = step + due.length - 1;
    due[placeOf(Math.min(last, Math.floorDiv(nowMs + afterMs, STEP_MS)))]++;
    size++;
  }

  private int placeOf(long which) {
    return Math.floorMod(which, due.length);
  }
}
