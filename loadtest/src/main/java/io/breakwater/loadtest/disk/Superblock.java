package io.breakwater.loadtest.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** What an ext4 file system says of itself: the few bytes that matter here. */
final class Superblock {
  private static final int AT = 1_024;
  private static final int BYTES = 1_024;
  private static final int MAGIC_AT = 0x38;
  private static final short MAGIC = (short) 0xef53;
  private static final int INCOMPATIBLE_AT = 0x60;

  /** The journal has to be replayed: it was not unmounted. */
  private static final int NEEDS_RECOVERY = 0x4;

  private Superblock() {}

  /** Whether it was in use, so that its journal is replayed when it is mounted. */
  static boolean needsRecovery(Path image) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel file = FileChannel.open(image)) {
      while (bytes.hasRemaining() && file.read(bytes, AT + bytes.position()) > 0) {
        // Goes on.
      }
    }
    return needsRecovery(bytes.array());
  }

  static boolean needsRecovery(byte[] superblock) {
    ByteBuffer bytes = ByteBuffer.wrap(superblock).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getShort(MAGIC_AT) != MAGIC) {
      throw new IllegalArgumentException(
          "superblock: magic %#x (expected: %#x)".formatted(bytes.getShort(MAGIC_AT), MAGIC));
    }
    return (bytes.getInt(INCOMPATIBLE_AT) & NEEDS_RECOVERY) != 0;
  }
}
