package io.breakwater.loadtest.chaos.payload;

/**
 * A device of a campaign; as text {@code 3.1}.
 *
 * @param user which of the campaign's users, from 0
 * @param number as the server numbers the user's devices, from 1
 */
public record Device(int user, int number) {
  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Device parse(String text) {
    long both = Pair.parse("device", text, '.');
    return new Device(Pair.first(both), Pair.second(both));
  }

  @Override
  public String toString() {
    return user + "." + number;
  }
}
