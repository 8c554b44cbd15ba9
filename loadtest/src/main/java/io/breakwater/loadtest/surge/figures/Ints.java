package io.breakwater.loadtest.surge.figures;

import java.util.Arrays;

/** A column of ints that grows. What was never set is 0. */
final class Ints {
  private static final int LEAST = 16;

  private int[] values = new int[0];
  private int size;

  int get(int place) {
    return place < size ? values[place] : 0;
  }

  void set(int place, int value) {
    if (place >= values.length) {
      values = Arrays.copyOf(values, Math.max(LEAST, place + 1 + (place >> 1)));
    }
    size = Math.max(size, place + 1);
    values[place] = value;
  }

  void increment(int place) {
    set(place, get(place) + 1);
  }

  void add(int value) {
    set(size, value);
  }

  int size() {
    return size;
  }
}
