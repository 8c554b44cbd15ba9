package io.breakwater.delivery.credit;

import java.util.Optional;

/*
 * Credits decide how much of each class is taken, window by window. The ladder does not: it says, in the order of the
 * design, what a node does without, so that whoever operates it sees one number, and so that gateways leave out at the
 * edge what would only wait there. Its signal is that of the credits, and it cannot contradict them: it grants nothing.
 *
 * Up to sign-ups the signal is what existing users feel (Measures.pressure): how long sends, resumes and first pages wait,
 * as a part of what they may while others yield; of sends only what is above calm counts, since in calm they are at
 * five sixths of their aim already. For the last step it is how long sends wait, as a part of where credits begin to hold
 * them back, and 1 more while they do: some wait at gateways, and nothing is left for them.
 *
 * A slow message of a quiet node is no pressure: a window with fewer than 20 requests counts without its slowest, and no
 * more than the window before it.
 *
 * A step up is made when the signal has been above 1 for a second without a break, and a second has passed since the
 * last step, so that a pause of Cassandra is none: from nothing to waiting sign-ups it takes 5 s. A step down is made when the signal has been
 * below a half for five seconds, and that long has passed since the last step. Between the two nothing moves. Credits
 * steer sends to their aim, where the signal is about 1: while there is a surge the ladder stays where it is.
 */
/** Which step of the ladder a node is at. Confined to the node's thread. */
public final class BrownOut {
  static final long UP_MS = 1_000;
  static final long DOWN_MS = 5_000;
  static final double CLEAR = 0.5;
  private static final long NEVER = Long.MAX_VALUE / 2;

  /**
   * A step.
   *
   * @param isPinned whether somebody has said so, not the signal
   * @param signal that led to it
   */
  public record Move(BrownOutStep from, BrownOutStep to, boolean isPinned, double signal) {
    @Override
    public String toString() {
      return "%s -> %s (%s)"
          .formatted(from, to, isPinned ? "pinned" : "signal %.2f".formatted(signal));
    }
  }

  /**
   * What is asked at each look.
   *
   * @param existing {@link Measures#pressure}
   * @param sends above 1 if credits hold them back
   */
  record Pressure(double existing, double sends) {
    double of(BrownOutStep step) {
      return step == BrownOutStep.SENDS_BY_LEVEL ? sends : existing;
    }
  }

  private BrownOutStep step = BrownOutStep.NONE;
  private Optional<BrownOutStep> pinned = Optional.empty();
  private long aboveSinceMs = NEVER;
  private long belowSinceMs = NEVER;
  private long movedAtMs = -NEVER;
  private long ups;
  private long downs;

  BrownOut() {}

  /** It stays there from the next look on; empty: it moves by itself, from where it is. */
  void pin(Optional<BrownOutStep> at) {
    pinned = at;
  }

  /** Looks, ten times a second; a step is made at most. */
  Optional<Move> look(Pressure pressure, long nowMs) {
    if (pinned.isPresent()) {
      aboveSinceMs = NEVER;
      belowSinceMs = NEVER;
      return move(pinned.get(), true, pressure.of(step), nowMs);
    }
    double up = pressure.of(step.next());
    double down = pressure.of(step);
    boolean mayRise = step != BrownOutStep.SENDS_BY_LEVEL && up > 1;
    boolean mayFall = step != BrownOutStep.NONE && down < CLEAR;
    aboveSinceMs = mayRise ? Math.min(aboveSinceMs, nowMs) : NEVER;
    belowSinceMs = mayFall ? Math.min(belowSinceMs, nowMs) : NEVER;
    if (nowMs - Math.max(aboveSinceMs, movedAtMs) >= UP_MS) {
      return move(step.next(), false, up, nowMs);
    }
    if (nowMs - Math.max(belowSinceMs, movedAtMs) >= DOWN_MS) {
      return move(step.previous(), false, down, nowMs);
    }
    return Optional.empty();
  }

  private Optional<Move> move(BrownOutStep to, boolean isPinned, double signal, long nowMs) {
    BrownOutStep from = step;
    if (to == from) {
      return Optional.empty();
    }
    step = to;
    movedAtMs = nowMs;
    aboveSinceMs = NEVER;
    belowSinceMs = NEVER;
    if (to.compareTo(from) > 0) {
      ups++;
    } else {
      downs++;
    }
    return Optional.of(new Move(from, to, isPinned, signal));
  }

  BrownOutStep step() {
    return step;
  }

  /** Moves to a higher step since the start. */
  long ups() {
    return ups;
  }

  /** Moves to a lower step since the start. */
  long downs() {
    return downs;
  }
}
