package io.breakwater.client.core;

/**
 * Which messages of a stream this device has seen.
 *
 * <p>A stream reaches a mailbox in the order of its client ids: a home accepts a message only after
 * the one that its {@code prev} names, and entries keep their order and their ids through every
 * recovery. So when the highest id was delivered, each lower one that will ever be delivered to
 * this device had been delivered before, and what was skipped was refused for good or lies before
 * this device was linked. An id below the map therefore counts as seen, always. Within the map the
 * exact bit decides, so that up to 64 messages that a server delivers out of order are late, but
 * not lost.
 *
 * @param highest the highest client id that was seen
 * @param map bit {@code i} tells whether {@code highest - 1 - i} was seen
 */
public record Seen(Origin.Stream stream, long highest, long map) {
  static Seen nothingOf(Origin.Stream stream) {
    return new Seen(stream, 0, 0);
  }

  /** Whether this client id counts as seen. */
  public boolean contains(long clientId) {
    long below = highest - clientId;
    if (below < 0) {
      return false;
    }
    return below == 0 || below > Long.SIZE || (map >>> (below - 1) & 1) != 0;
  }

  /** The state after this client id was seen. */
  public Seen with(long clientId) {
    long above = clientId - highest;
    if (above <= 0) {
      return above == 0 || -above > Long.SIZE
          ? this
          : new Seen(stream, highest, map | 1L << (-above - 1));
    }
    if (above > Long.SIZE) {
      return new Seen(stream, clientId, 0);
    }
    long shifted = above == Long.SIZE ? 0 : map << above;
    long old = highest == 0 ? 0 : 1L << (above - 1);
    return new Seen(stream, clientId, shifted | old);
  }
}
