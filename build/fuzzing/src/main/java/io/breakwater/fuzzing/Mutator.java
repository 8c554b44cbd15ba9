package io.breakwater.fuzzing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes bad inputs out of others. The same random numbers give the same inputs. */
final class Mutator {
  private static final int MOST_CHANGES = 6;
  private static final int MOST_BYTES = 8_192;

  /** Lengths and numbers that are at, just below or just above a limit of something. */
  private static final long[] INTERESTING = {
    0,
    1,
    4,
    15,
    16,
    17,
    31,
    32,
    47,
    48,
    49,
    125,
    126,
    127,
    128,
    255,
    256,
    4_095,
    4_096,
    4_097,
    65_535,
    65_536,
    65_537,
    131_071,
    131_072,
    131_073,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -1,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final RandomGenerator random;

  Mutator(RandomGenerator random) {
    this.random = random;
  }

  /** One of these, changed a little, or more. */
  byte[] mutant(List<byte[]> of) {
    byte[] input = of.get(random.nextInt(of.size()));
    int changes = random.nextInt(1, MOST_CHANGES + 1);
    for (int i = 0; i < changes; i++) {
      input = changed(input, of);
    }
    return input.length <= MOST_BYTES ? input : Arrays.copyOf(input, MOST_BYTES);
  }

  private byte[] changed(byte[] input, List<byte[]> others) {
    int at = random.nextInt(input.length + 1);
    int to = Math.min(input.length, at + random.nextInt(1, random.nextBoolean() ? 5 : 65));
    return switch (random.nextInt(9)) {
      case 0 -> replaced(input, at, Math.min(input.length, at + 1), randomBytes(1));
      case 1 -> flipped(input);
      case 2 -> replaced(input, at, at, randomBytes(random.nextInt(1, 9)));
      case 3 -> replaced(input, at, to, new byte[0]);
      case 4 -> replaced(input, at, at, Arrays.copyOfRange(input, at, to));
      case 5 -> Arrays.copyOf(input, at);
      case 6 -> replaced(input, at, Math.min(input.length, at + 4), interesting());
      case 7 -> replaced(input, at, at, interesting());
      default -> spliced(input, at, others.get(random.nextInt(others.size())));
    };
  }

  private byte[] flipped(byte[] input) {
    byte[] output = input.clone();
    if (output.length > 0) {
      output[random.nextInt(output.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return output;
  }

  private byte[] spliced(byte[] input, int at, byte[] other) {
    int from = random.nextInt(other.length + 1);
    return replaced(input, at, input.length, Arrays.copyOfRange(other, from, other.length));
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** An interesting number, big-endian in one to eight bytes, or as protobuf writes it. */
  private byte[] interesting() {
    long value = INTERESTING[random.nextInt(INTERESTING.length)];
    if (random.nextBoolean()) {
      int bytes = 1 << random.nextInt(4);
      byte[] eight = ByteBuffer.allocate(8).putLong(value).array();
      return Arrays.copyOfRange(eight, 8 - bytes, 8);
    }
    ByteArrayOutputStream varint = new ByteArrayOutputStream();
    for (; (value & ~0x7FL) != 0; value >>>= 7) {
      varint.write((int) (value & 0x7F) | 0x80);
    }
    varint.write((int) value);
    return varint.toByteArray();
  }

  private static byte[] replaced(byte[] input, int from, int to, byte[] by) {
    ByteBuffer output = ByteBuffer.allocate(input.length - (to - from) + by.length);
    return output.put(input, 0, from).put(by).put(input, to, input.length - to).array();
  }
}
