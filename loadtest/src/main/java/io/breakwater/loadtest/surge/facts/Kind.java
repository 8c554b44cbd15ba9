package io.breakwater.loadtest.surge.facts;

/** How facts begin in a file: by their place here. */
enum Kind {
  DUE,
  SIGNED_UP,
  NOT_SIGNED_UP,
  WELCOMED,
  SYNCED,
  LOST,
  WRITTEN,
  ACCEPTED,
  REJECTED,
  DELIVERED,
  CAUGHT_UP,
  REFUSED,
  CENSUS,
  LEFT;

  private static final Kind[] ALL = values();

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
    };
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
