package io.breakwater.delivery.credit;

import io.breakwater.common.priority.Priority;
import java.util.List;
import java.util.Optional;

/*
 * What sends take when nobody presses cannot be seen while sign-ups press for hours, or a node is started in the middle
 * of a surge. So, as BBR drains its queue to see the round trip alone (PROBE_RTT; Cardwell, Cheng, Gunn, Yeganeh and
 * Jacobson, "BBR: Congestion-Based Congestion Control", ACM Queue 14(5), 2016), no sign-ups are let in for a moment, and
 * what sends take then is calm. All nodes of a tier do so at the same time, by the clock on the wall: they share a
 * Cassandra. In the pauses between, which young nodes make alone, others press: calm may fall by them, and not rise. A
 * node at which sign-ups have waited for less than half of the time since, or hardly anybody sends, lets them in as ever.
 *
 * The time that sign-ups lose is 4 %; 12 % in the first ten minutes of a process, when what is compiled makes calm fall.
 */
/** When sign-ups stand back so that calm can be measured. Confined to the node's thread. */
final class CalmProbe {
  static final long EACH_MS = 10_000;
  private static final int WARM_EACH = 3;
  static final long LASTS_MS = 1_200;

  /** So long a process may still compile code. */
  private static final long COLD_MS = 600_000;

  /** What was granted before may be on its way. */
  private static final long SETTLES_MS = 200;

  private static final long MEASURES_MS = 500;

  /** A window of sends that began in a pause is over by then, and so is the one after it. */
  private static final long BLURS_MS = 2_000;

  private static final double RISE = 0.075;
  private static final double COLD_RISE = 0.25;
  private static final long NEVER = Long.MIN_VALUE / 2;

  /**
   * What was seen.
   *
   * @param sends what they took; of a good many
   * @param blocks what they took
   * @param rise by what part calm may rise: 0 if others pressed, who could have raised it
   */
  record Seen(Delay sends, Delay blocks, double rise) {}

  private record Mark(long requests, long micros) {}

  private final List<Tally> tallies;
  private final long beganAtMs;

  /** Since the last slot, and in how many of them sign-ups waited. */
  private int looks;

  private int pressed;
  private boolean isHolding;
  private boolean mayRise;
  private long slot = NEVER;
  private long heldAtMs;
  private long endedAtMs = NEVER;
  private long measuredAtMs = NEVER;
  private Mark sends = new Mark(0, 0);
  private Mark blocks = new Mark(0, 0);
  private long count;

  CalmProbe(List<Tally> tallies, long nowMs) {
    this.tallies = tallies;
    this.beganAtMs = nowMs;
  }

  /**
   * What is under way now, and who waits.
   *
   * @param isPressed whether sign-ups wait that a higher aim would let in
   * @param signUps that are under way
   * @param areOthersPressing whether requests of another class wait for credit, and are not those
   *     that yield
   */
  record Now(boolean isPressed, int signUps, boolean areOthersPressing) {}

  /**
   * Time goes on. Ten times a second.
   *
   * @param wallMs milliseconds since 1970: a step of that clock makes a pause shorter or another
   *     one
   * @return what was seen, at the end of a pause in which enough was
   */
  Optional<Seen> look(Now now, long wallMs, long nowMs) {
    looks++;
    pressed += now.isPressed ? 1 : 0;
    long next = Math.floorDiv(wallMs, EACH_MS);
    boolean isTime = Math.floorMod(wallMs, EACH_MS) < LASTS_MS && (isCold(nowMs) || isForAll(next));
    if (isHolding) {
      return isTime && next == slot && nowMs - heldAtMs < LASTS_MS
          ? measure(now, nowMs)
          : end(nowMs);
    }
    if (isTime && next != slot) {
      slot = next;
      isHolding = 2 * pressed > looks;
      looks = 0;
      pressed = 0;
      heldAtMs = nowMs;
      count += isHolding ? 1 : 0;
      measuredAtMs = NEVER;
    }
    return Optional.empty();
  }

  private boolean isCold(long nowMs) {
    return nowMs - beganAtMs < COLD_MS;
  }

  private static boolean isForAll(long slot) {
    return slot % WARM_EACH == 0;
  }

  private Optional<Seen> measure(Now now, long nowMs) {
    if (measuredAtMs == NEVER) {
      if (now.signUps == 0 && nowMs - heldAtMs >= SETTLES_MS) {
        measuredAtMs = nowMs;
        mayRise = isForAll(slot);
        sends = mark(Priority.SEND.number);
        blocks = mark(Tally.BLOCKS);
      }
    } else if (now.signUps > 0) {
      // It was on its way: from the begin again, if there is time.
      measuredAtMs = NEVER;
    } else {
      mayRise &= !now.areOthersPressing;
    }
    return Optional.empty();
  }

  private Optional<Seen> end(long nowMs) {
    isHolding = false;
    endedAtMs = nowMs;
    if (measuredAtMs == NEVER || nowMs - measuredAtMs < MEASURES_MS) {
      return Optional.empty();
    }
    Delay took = since(sends, mark(Priority.SEND.number));
    if (took.requests() < DelayWindow.FEW) {
      return Optional.empty();
    }
    double rise = isCold(nowMs) ? COLD_RISE : RISE;
    return Optional.of(new Seen(took, since(blocks, mark(Tally.BLOCKS)), mayRise ? rise : 0));
  }

  private Mark mark(int kind) {
    long requests = 0;
    long micros = 0;
    for (Tally tally : tallies) {
      requests += tally.measured(kind);
      micros += tally.sumMicros(kind);
    }
    return new Mark(requests, micros);
  }

  private static Delay since(Mark before, Mark now) {
    long requests = now.requests - before.requests;
    return requests <= 0
        ? Delay.NONE
        : new Delay(requests, (now.micros - before.micros) / 1_000.0 / requests, 0);
  }

  /** Whether no sign-up is let in now. */
  boolean isHolding() {
    return isHolding;
  }

  /** Whether what sends take is in part that of a pause, and says nothing of sign-ups. */
  boolean isBlurring(long nowMs) {
    return isHolding || nowMs - endedAtMs < BLURS_MS;
  }

  /** How often sign-ups have stood back. */
  long count() {
    return count;
  }
}
