package io.breakwater.loadtest.chaos.payload;

/** What a payload that somebody got turned out to be. */
public sealed interface Content {
  /** It is one of this campaign, to the last byte. */
  record Sound(Identity identity) implements Content {
    @Override
    public String toString() {
      return identity.toString();
    }
  }

  /** It was never one of this campaign. */
  record Foreign() implements Content {
    @Override
    public String toString() {
      return FOREIGN;
    }
  }

  /** It begins like one of this campaign, but is not what was written. */
  record Damaged() implements Content {
    @Override
    public String toString() {
      return DAMAGED;
    }
  }

  /** As text. */
  String FOREIGN = "foreign";

  /** As text. */
  String DAMAGED = "damaged";

  /**
   * Reads what {@link Object#toString} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Content parse(String text) {
    return switch (text) {
      case FOREIGN -> new Foreign();
      case DAMAGED -> new Damaged();
      default -> new Sound(Identity.parse(text));
    };
  }
}
