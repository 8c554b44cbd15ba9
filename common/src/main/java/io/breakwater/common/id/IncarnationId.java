package io.breakwater.common.id;

import java.nio.ByteBuffer;

/** One start of a delivery process: random. */
public record IncarnationId(long high, long low) implements Comparable<IncarnationId> {
  /**
   * Reads 16 bytes, big-endian.
   *
   * @throws IllegalArgumentException if there are not exactly 16
   */
  public static IncarnationId of(ByteBuffer bytes) {
    ByteBuffer view = Wide.checked("incarnation", bytes);
    return new IncarnationId(view.getLong(), view.getLong());
  }

  /** Reads 16 bytes, big-endian; see {@link #of(ByteBuffer)}. */
  public static IncarnationId of(byte[] bytes) {
    return of(ByteBuffer.wrap(bytes));
  }

  /** The 16 bytes, big-endian. */
  public byte[] bytes() {
    return Wide.bytes(high, low);
  }

  /** Unsigned byte order. */
  @Override
  public int compareTo(IncarnationId other) {
    return Wide.compare(high, low, other.high, other.low);
  }

  @Override
  public String toString() {
    return Wide.hex(high, low);
  }
}
