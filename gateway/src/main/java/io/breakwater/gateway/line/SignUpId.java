package io.breakwater.gateway.line;

import com.google.protobuf.ByteString;

/**
 * The id of a sign-up, as a key. Clients choose it: so it has an order, by which a map finds one of
 * many that were made to have the same hash.
 */
record SignUpId(long high, long low) implements Comparable<SignUpId> {
  /**
   * Of 16 bytes.
   *
   * @throws IllegalArgumentException if it is of another size
   */
  static SignUpId of(ByteString bytes) {
    if (bytes.size() != 2 * Long.BYTES) {
      throw new IllegalArgumentException(
          "sign-up id size: " + bytes.size() + " bytes (expected: " + 2 * Long.BYTES + ')');
    }
    var longs = bytes.asReadOnlyByteBuffer().asLongBuffer();
    return new SignUpId(longs.get(0), longs.get(1));
  }

  @Override
  public int compareTo(SignUpId other) {
    int byHigh = Long.compare(high, other.high);
    return byHigh != 0 ? byHigh : Long.compare(low, other.low);
  }
}
