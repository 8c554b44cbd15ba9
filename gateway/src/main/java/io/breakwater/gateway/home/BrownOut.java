package io.breakwater.gateway.home;

import java.util.Arrays;
import java.util.Locale;

/** What a delivery node does without: the steps of its brown-out ladder, each with those before. */
public enum BrownOut {
  /** Nothing is left out. */
  NONE(0),
  /** Presence is to be dropped here, once there is any. */
  PRESENCE_OFF(1),
  /** Typing, likewise. */
  TYPING_OFF(2),
  /** Receipts are to be gathered over a longer time, once there are any. */
  RECEIPTS_COALESCED(3),
  /** What is of the class of look-ups and history does not wait for credit. */
  HISTORY_PACED(4),
  /** Whoever signs up stands in line first. */
  SIGN_UPS_WAIT(5),
  /** Sends wait for credit; those of lower levels go first, as all that waits does. */
  SENDS_BY_LEVEL(6);

  private final int number;

  BrownOut(int number) {
    this.number = number;
  }

  /** By the number that travels; one that is not known here counts as the last. */
  public static BrownOut of(int number) {
    return Arrays.stream(values())
        .filter(step -> step.number == number)
        .findFirst()
        .orElse(SENDS_BY_LEVEL);
  }

  /** Whether the other one is included. */
  public boolean isAtLeast(BrownOut other) {
    return compareTo(other) >= 0;
  }

  /** As metrics name it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
