package io.breakwater.common.id;

import java.nio.ByteBuffer;

/**
 * The place of a message in its conversation: 128 bits in the shape of a UUIDv7 (RFC 9562, section
 * 5.7), ordered as unsigned bytes.
 *
 * <pre>
 *  48 bits milliseconds since 1970 | 4 bits 7 | 12 bits counter, high | 2 bits 10 | 14 bits counter, low | 48 bits tail
 * </pre>
 *
 * The counter orders what one home issues within a millisecond; the tail tells homes apart.
 */
public record MessageId(long high, long low) implements Comparable<MessageId> {
  /** Before every message. */
  public static final MessageId NONE = new MessageId(0, 0);

  private static final int COUNTER_MAX = (1 << 26) - 1;
  private static final long TAIL_MASK = (1L << 48) - 1;
  private static final long TIME_MAX = (1L << 48) - 1;

  /**
   * Reads 16 bytes, big-endian.
   *
   * @throws IllegalArgumentException if there are not exactly 16
   */
  public static MessageId of(ByteBuffer bytes) {
    ByteBuffer view = Wide.checked("message id", bytes);
    return new MessageId(view.getLong(), view.getLong());
  }

  /** Reads 16 bytes, big-endian; see {@link #of(ByteBuffer)}. */
  public static MessageId of(byte[] bytes) {
    return of(ByteBuffer.wrap(bytes));
  }

  /**
   * The next id at a home: after {@code floor}, and at {@code nowMs} if that is later.
   *
   * @param floor the highest id that the new one must exceed
   * @param nowMs the home's clock, milliseconds since 1970
   * @param tail 48 bits that no other home uses for the same conversation; more are cut off
   */
  public static MessageId next(MessageId floor, long nowMs, long tail) {
    if (nowMs > floor.timeMs()) {
      return assemble(nowMs, 0, tail);
    }
    int counter = floor.counter() + 1;
    return counter <= COUNTER_MAX
        ? assemble(floor.timeMs(), counter, tail)
        : assemble(floor.timeMs() + 1, 0, tail);
  }

  private static MessageId assemble(long timeMs, int counter, long tail) {
    if (timeMs < 0 || timeMs > TIME_MAX) {
      throw new IllegalArgumentException(
          "message time: " + timeMs + " ms (expected: 0.." + TIME_MAX + ')');
    }
    return new MessageId(
        (timeMs << 16) | 0x7000L | (counter >>> 14),
        0x8000000000000000L | ((long) (counter & 0x3fff) << 48) | (tail & TAIL_MASK));
  }

  /** Milliseconds since 1970. */
  public long timeMs() {
    return high >>> 16;
  }

  private int counter() {
    return (int) ((high & 0xfffL) << 14) | (int) ((low >>> 48) & 0x3fffL);
  }

  /** The 16 bytes, big-endian. */
  public byte[] bytes() {
    return Wide.bytes(high, low);
  }

  /** Whether this sorts after the other. */
  public boolean isAfter(MessageId other) {
    return compareTo(other) > 0;
  }

  /** Unsigned byte order. */
  @Override
  public int compareTo(MessageId other) {
    return Wide.compare(high, low, other.high, other.low);
  }

  @Override
  public String toString() {
    return Wide.hex(high, low);
  }
}
