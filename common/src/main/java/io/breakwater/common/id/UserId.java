package io.breakwater.common.id;

import java.nio.ByteBuffer;

/**
 * A user: 96 bits derived from the sign-up id and a 32-bit keyed tag, so that a made-up id is known
 * as such without a database.
 */
public record UserId(long high, long low) implements Comparable<UserId> {
  /**
   * Reads 16 bytes, big-endian.
   *
   * @throws IllegalArgumentException if there are not exactly 16
   */
  public static UserId of(ByteBuffer bytes) {
    ByteBuffer view = Wide.checked("user id", bytes);
    return new UserId(view.getLong(), view.getLong());
  }

  /** Reads 16 bytes, big-endian; see {@link #of(ByteBuffer)}. */
  public static UserId of(byte[] bytes) {
    return of(ByteBuffer.wrap(bytes));
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static UserId parse(String text) {
    return of(Wide.parse("user id", text));
  }

  /** The 16 bytes, big-endian. */
  public byte[] bytes() {
    return Wide.bytes(high, low);
  }

  /** Unsigned byte order. */
  @Override
  public int compareTo(UserId other) {
    return Wide.compare(high, low, other.high, other.low);
  }

  @Override
  public String toString() {
    return Wide.hex(high, low);
  }
}
