package io.breakwater.loadtest.chaos.payload;

import java.util.List;

/**
 * What two users of a campaign write to each other, or one to itself; as text {@code 2-5}.
 *
 * @param low the lower of the two users
 * @param high the other one; the same in notes to oneself
 */
public record Conversation(int low, int high) {
  public Conversation {
    if (low < 0 || low > high) {
      throw new IllegalArgumentException(
          "conversation: %d-%d (expected: the lower user first, from 0)".formatted(low, high));
    }
  }

  /** That of these two, in any order. */
  public static Conversation of(int one, int other) {
    return new Conversation(Math.min(one, other), Math.max(one, other));
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Conversation parse(String text) {
    long both = Pair.parse("conversation", text, '-');
    return new Conversation(Pair.first(both), Pair.second(both));
  }

  /** Whether this user takes part. */
  public boolean has(int user) {
    return user == low || user == high;
  }

  /** Whether it has one member. */
  public boolean isNotes() {
    return low == high;
  }

  /** To whom a member writes here: the other one, or itself in notes. */
  public int other(int member) {
    return member == low ? high : low;
  }

  /** Who takes part. */
  public List<Integer> members() {
    return isNotes() ? List.of(low) : List.of(low, high);
  }

  @Override
  public String toString() {
    return low + "-" + high;
  }
}
