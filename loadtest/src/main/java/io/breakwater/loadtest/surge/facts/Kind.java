package io.breakwater.loadtest.surge.facts;

/** How facts begin in a file: by a number. */
enum Kind {
  DUE(0),
  SIGNED_UP(1),
  NOT_SIGNED_UP(2),
  WELCOMED(3),
  SYNCED(4),
  LOST(5),
  WRITTEN(6),
  ACCEPTED(7),
  REJECTED(8),
  DELIVERED(9),
  CAUGHT_UP(10),
  REFUSED(11),
  CENSUS(12),
  LEFT(13),
  COMING(14),
  REPEATED(15),
  QUEUED(16);

  private static final Kind[] ALL = values();

  private final int number;

  /**
   * @param number their place, which stays what it is
   */
  Kind(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static Kind of(Fact fact) {
    return switch (fact) {
      case Fact.Due _ -> DUE;
      case Fact.SignedUp _ -> SIGNED_UP;
      case Fact.NotSignedUp _ -> NOT_SIGNED_UP;
      case Fact.Welcomed _ -> WELCOMED;
      case Fact.Synced _ -> SYNCED;
      case Fact.Lost _ -> LOST;
      case Fact.Written _ -> WRITTEN;
      case Fact.Accepted _ -> ACCEPTED;
      case Fact.Rejected _ -> REJECTED;
      case Fact.Delivered _ -> DELIVERED;
      case Fact.CaughtUp _ -> CAUGHT_UP;
      case Fact.Refused _ -> REFUSED;
      case Fact.Census _ -> CENSUS;
      case Fact.Left _ -> LEFT;
      case Fact.Coming _ -> COMING;
      case Fact.Repeated _ -> REPEATED;
      case Fact.Queued _ -> QUEUED;
    };
  }

  /**
   * That of a number.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Kind of(int number) {
    if (number < 0 || number >= ALL.length) {
      throw new IllegalArgumentException(
          "fact: kind " + number + " (expected: 0.." + (ALL.length - 1) + ')');
    }
    return ALL[number];
  }
}
