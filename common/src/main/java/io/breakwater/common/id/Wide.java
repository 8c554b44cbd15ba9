package io.breakwater.common.id;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Arithmetic on 128-bit values kept as two longs. */
final class Wide {
  static final int BYTES = 16;

  private Wide() {}

  static int compare(long highA, long lowA, long highB, long lowB) {
    int high = Long.compareUnsigned(highA, highB);
    return high != 0 ? high : Long.compareUnsigned(lowA, lowB);
  }

  static byte[] bytes(long high, long low) {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  static String hex(long high, long low) {
    HexFormat format = HexFormat.of();
    return format.toHexDigits(high) + format.toHexDigits(low);
  }

  /** The bytes that {@link #hex} wrote, in either case. */
  static byte[] parse(String what, String text) {
    try {
      if (text.length() == 2 * BYTES) {
        return HexFormat.of().parseHex(text);
      }
    } catch (IllegalArgumentException e) {
      // Told below, with the value.
    }
    throw new IllegalArgumentException(
        what + ": " + text + " (expected: " + 2 * BYTES + " hexadecimal digits)");
  }

  /** A view of {@code bytes} if it has exactly 16 of them. */
  static ByteBuffer checked(String what, ByteBuffer bytes) {
    if (bytes.remaining() != BYTES) {
      throw new IllegalArgumentException(
          what + " size: " + bytes.remaining() + " bytes (expected: " + BYTES + ')');
    }
    return bytes.slice();
  }
}
