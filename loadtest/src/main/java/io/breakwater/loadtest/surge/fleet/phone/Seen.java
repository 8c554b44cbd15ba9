package io.breakwater.loadtest.surge.fleet.phone;

/**
 * Which messages of one device of a peer this phone has seen: docs/protocol.md, section 7. Confined
 * to its conversation.
 */
final class Seen {
  /** What is to be made of a message. */
  enum Sight {
    /** It goes to the application. */
    NEW,
    /** So it does, which shows it before one that was written earlier, or after a later one. */
    MISPLACED,
    /** It was there before, or counts as if it was: the application hears nothing of it. */
    REPEATED
  }

  final int device;

  private long highest;

  /** Bit {@code i} tells whether {@code highest - 1 - i} was seen. */
  private long map;

  /** Of the message with the highest client id. */
  private long idHigh;

  private long idLow;

  Seen(int device) {
    this.device = device;
  }

  /**
   * Takes one.
   *
   * @param clientId 1 or more
   * @param high of its message id, by which the application sorts; and {@code low}
   */
  Sight saw(long clientId, long high, long low) {
    long below = highest - clientId;
    if (below < 0) {
      boolean isMisplaced = highest != 0 && compareId(high, low) < 0;
      raise(clientId, -below);
      idHigh = high;
      idLow = low;
      return isMisplaced ? Sight.MISPLACED : Sight.NEW;
    }
    if (below == 0 || below > Long.SIZE || (map >>> (below - 1) & 1) != 0) {
      return Sight.REPEATED;
    }
    map |= 1L << (below - 1);
    return compareId(high, low) > 0 ? Sight.MISPLACED : Sight.NEW;
  }

  private int compareId(long high, long low) {
    int order = Long.compareUnsigned(high, idHigh);
    return order != 0 ? order : Long.compareUnsigned(low, idLow);
  }

  private void raise(long clientId, long by) {
    long shifted = by >= Long.SIZE ? 0 : map << by;
    long old = highest == 0 || by > Long.SIZE ? 0 : 1L << (by - 1);
    map = shifted | old;
    highest = clientId;
  }
}
