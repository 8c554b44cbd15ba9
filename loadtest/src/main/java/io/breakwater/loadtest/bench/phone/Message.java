package io.breakwater.loadtest.bench.phone;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/**
 * What a payload says: when it should have been sent, and in which run. Readable at the other end,
 * which is in the same process and so has the same clock.
 *
 * @param intendedNanos on the clock of {@link System#nanoTime}
 * @param run tells late messages of an earlier run from those of this one
 */
public record Message(long intendedNanos, int run) {
  /** The least that a payload needs. */
  public static final int MIN_BYTES = Long.BYTES + Integer.BYTES;

  ByteString payload(int bytes) {
    byte[] payload = new byte[bytes];
    ByteBuffer.wrap(payload).putLong(intendedNanos).putInt(run);
    // Not all zeros, so that nothing on the way finds it easier than real ciphertext.
    for (int i = MIN_BYTES; i < bytes; i++) {
      payload[i] = (byte) (intendedNanos >>> (i & 31));
    }
    return ByteString.copyFrom(payload);
  }

  static Message of(ByteString payload) {
    ByteBuffer buffer = payload.asReadOnlyByteBuffer();
    return new Message(buffer.getLong(), buffer.getInt());
  }
}
