package io.breakwater.loadtest.chaos.payload;

import org.jspecify.annotations.Nullable;

/** Two whole numbers that are not negative, as text with a character between them. */
final class Pair {
  private Pair() {}

  /** Both in one; {@link #first} and {@link #second} take them out. */
  static long parse(String what, String text, char between) {
    int at = text.indexOf(between);
    try {
      if (at > 0) {
        int first = Integer.parseUnsignedInt(text, 0, at, 10);
        int second = Integer.parseUnsignedInt(text, at + 1, text.length(), 10);
        if (first >= 0 && second >= 0) {
          return (long) first << Integer.SIZE | second;
        }
      }
    } catch (NumberFormatException e) {
      throw unreadable(what, text, between, e);
    }
    throw unreadable(what, text, between, null);
  }

  static int first(long both) {
    return (int) (both >>> Integer.SIZE);
  }

  static int second(long both) {
    return (int) both;
  }

  private static IllegalArgumentException unreadable(
      String what, String text, char between, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "%s: %s (expected: two numbers, %s between)".formatted(what, text, between), cause);
  }
}
