package io.breakwater.loadtest.surge.fleet.phone;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a message says: whose it is and when it should have been sent. The rest is filled with bytes
 * that look random, as ciphertext does.
 *
 * @param number of the message among those of its writer's device to its reader
 * @param intendedNanos on the clock of the machine
 */
public record Payload(Who from, long number, long intendedNanos) {
  /** The least that a payload has. */
  public static final int LEAST_BYTES = Integer.BYTES + 2 + 3 * Long.BYTES;

  private static final int MAGIC = 0x42574d31;
  private static final int MOST_BYTES = 1 << 16;
  private static final byte[] FILLER = filler();

  private static byte[] filler() {
    byte[] bytes = new byte[2 * MOST_BYTES];
    new SplittableRandom(MAGIC).nextBytes(bytes);
    return bytes;
  }

  /**
   * As it is sent.
   *
   * @param bytes of the payload; {@value #LEAST_BYTES} if it is less
   */
  ByteString bytes(int bytes) {
    byte[] payload = new byte[Math.max(LEAST_BYTES, bytes)];
    ByteBuffer.wrap(payload)
        .putInt(MAGIC)
        .put((byte) from.population())
        .put((byte) from.device())
        .putLong(from.user())
        .putLong(number)
        .putLong(intendedNanos);
    int rest = payload.length - LEAST_BYTES;
    System.arraycopy(FILLER, (int) (intendedNanos & (MOST_BYTES - 1)), payload, LEAST_BYTES, rest);
    return UnsafeByteOperations.unsafeWrap(payload);
  }

  /** What it says, if it is one of ours. */
  static Optional<Payload> of(ByteString bytes) {
    if (bytes.size() < LEAST_BYTES) {
      return Optional.empty();
    }
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
    if (buffer.getInt() != MAGIC) {
      return Optional.empty();
    }
    int population = buffer.get();
    int device = buffer.get();
    Who from = new Who(population, buffer.getLong(), device);
    return Optional.of(new Payload(from, buffer.getLong(), buffer.getLong()));
  }
}
