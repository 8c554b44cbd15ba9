package io.breakwater.loadtest.surge.facts;

/** How facts begin in a file: by their place here. */
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
  CENSUS(12);

  /** Each at its place. */
  private static final Kind[] ALL = values();

  private final int place;

  Kind(int place) {
    this.place = place;
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
    };
  }

  /** Its place here, from 0 on. */
  int place() {
    return place;
  }

  /**
   * That at a place.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Kind at(int place) {
    if (place < 0 || place >= ALL.length) {
      throw new IllegalArgumentException(
          "fact: kind " + place + " (expected: 0.." + (ALL.length - 1) + ')');
    }
    return ALL[place];
  }
}
