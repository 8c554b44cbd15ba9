package io.breakwater.loadtest.surge.figures;

/**
 * Gives pairs places from 0, in the order in which they come; some 20 bytes for each.
 *
 * <p>A hash table with open addressing: {@link #slots} has places, plus one, at the hash of their
 * pair or in the next free slot behind it. A quarter of it stays free.
 */
final class Numbering {
  private static final int LEAST = 16;
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final Ints firsts = new Ints();
  private final Longs seconds = new Longs(0);
  private int[] slots = new int[LEAST];

  int size() {
    return firsts.size();
  }

  int first(int place) {
    return firsts.get(place);
  }

  long second(int place) {
    return seconds.get(place);
  }

  /** Its place; -1: it has none. */
  int find(int first, long second) {
    return slots[slot(first, second)] - 1;
  }

  /** Its place, which it is given if it has none. */
  int of(int first, long second) {
    int slot = slot(first, second);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    int place = firsts.size();
    firsts.add(first);
    seconds.add(second);
    slots[slot] = place + 1;
    if (place >= slots.length / 4 * 3) {
      grow();
    }
    return place;
  }

  private int slot(int first, long second) {
    int mask = slots.length - 1;
    int slot = hash(first, second) & mask;
    while (slots[slot] != 0 && !has(slots[slot] - 1, first, second)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean has(int place, int first, long second) {
    return firsts.get(place) == first && seconds.get(place) == second;
  }

  private static int hash(int first, long second) {
    long mixed = (second ^ (first * GOLDEN)) * GOLDEN;
    mixed = (mixed ^ (mixed >>> 32)) * GOLDEN;
    return (int) (mixed >>> 32);
  }

  private void grow() {
    slots = new int[Math.multiplyExact(slots.length, 2)];
    for (int place = 0; place < firsts.size(); place++) {
      slots[slot(firsts.get(place), seconds.get(place))] = place + 1;
    }
  }
}
