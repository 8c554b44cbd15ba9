package io.breakwater.delivery.credit;

import java.util.Arrays;
import java.util.Locale;

/**
 * The steps of the brown-out ladder (DESIGN.md section 8), by the numbers that travel on trunks.
 * Each includes those before it.
 */
public enum BrownOutStep {
  /** Everything is served. */
  NONE(0),

  /** Presence is dropped at gateways. Nothing yet: there is no presence. */
  PRESENCE_OFF(1),

  /** Typing as well. Nothing yet, likewise. */
  TYPING_OFF(2),

  /** Receipts are coalesced over a longer time. Nothing yet, likewise. */
  RECEIPTS_COALESCED(3),

  /** A look-up, or a page of history, without credit is refused at once, and comes back later. */
  HISTORY_PACED(4),

  /** Whoever signs up stands in line first, also if there is credit to go straight on. */
  SIGN_UPS_WAIT(5),

  /** Credits hold sends back, too: those of lower levels go first. */
  SENDS_BY_LEVEL(6);

  private final int number;

  BrownOutStep(int number) {
    this.number = number;
  }

  /** What travels on trunks: 0 is none. */
  public int number() {
    return number;
  }

  /** The next higher one; the last has none. */
  BrownOutStep next() {
    return at(number + 1);
  }

  /** The next lower one; none has none. */
  BrownOutStep previous() {
    return at(number - 1);
  }

  private BrownOutStep at(int wanted) {
    return Arrays.stream(values()).filter(step -> step.number == wanted).findFirst().orElse(this);
  }

  /** As logs, levers and pages name it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
