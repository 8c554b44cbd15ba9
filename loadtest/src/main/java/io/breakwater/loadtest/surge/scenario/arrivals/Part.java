package io.breakwater.loadtest.surge.scenario.arrivals;

/**
 * Which of several generators of a stream's arrivals: each arrival belongs to exactly one of them.
 *
 * @param index from 0
 * @param count how many there are
 */
public record Part(int index, int count) {
  /** All arrivals. */
  public static final Part ALL = new Part(0, 1);

  /** Checks the numbers. */
  public Part {
    if (count < 1 || index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "part: %d of %d (expected: 0..%d)".formatted(index, count, Math.max(0, count - 1)));
    }
  }

  /**
   * Whether an arrival is of this part.
   *
   * @param bits random ones of the arrival
   */
  boolean owns(long bits) {
    return Long.remainderUnsigned(bits, count) == index;
  }
}
