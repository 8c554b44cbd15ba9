package io.breakwater.loadtest.surge.figures;

import java.util.Arrays;

/** A column of longs that grows. What was never set has one value. */
final class Longs {
  private static final int LEAST = 16;

  private final long unset;
  private long[] values = new long[0];
  private int size;

  Longs(long unset) {
    this.unset = unset;
  }

  long get(int place) {
    return place < size ? values[place] : unset;
  }

  void set(int place, long value) {
    if (place >= values.length) {
      values = Arrays.copyOf(values, Math.max(LEAST, place + 1 + (place >> 1)));
    }
    if (place >= size) {
      Arrays.fill(values, size, place, unset);
      size = place + 1;
    }
    values[place] = value;
  }

  void add(long value) {
    set(size, value);
  }

  int size() {
    return size;
  }
}
