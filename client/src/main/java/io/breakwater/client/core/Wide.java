package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** 16-byte identifiers kept as two longs, big-endian. */
final class Wide {
  static final int BYTES = 16;

  private Wide() {}

  static ByteBuffer read(String what, ByteString bytes) {
    if (bytes.size() != BYTES) {
      throw new IllegalArgumentException(
          what + " size: " + bytes.size() + " bytes (expected: " + BYTES + ')');
    }
    return bytes.asReadOnlyByteBuffer();
  }

  static ByteString write(long high, long low) {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).putLong(high).putLong(low);
    return ByteString.copyFrom(buffer.flip());
  }

  static int compare(long highA, long lowA, long highB, long lowB) {
    int high = Long.compareUnsigned(highA, highB);
    return high != 0 ? high : Long.compareUnsigned(lowA, lowB);
  }

  static String hex(long high, long low) {
    return String.format("%016x%016x", high, low);
  }
}
