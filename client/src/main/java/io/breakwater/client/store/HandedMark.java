package io.breakwater.client.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The last entry that was handed to the listener, in a file of its own: the entry id (8 bytes) and
 * its CRC-32C (4), written over at each change.
 *
 * <p>It is not synced, since losing it only hands messages over again. That is why it is not a
 * record of the log: the pages of a file reach the disk in any order, so that after a power loss an
 * unsynced record can be a hole before one that is there, which looks like damage. The end of the
 * process loses nothing: what was written is the kernel's.
 */
final class HandedMark implements AutoCloseable {
  private static final int BYTES = Long.BYTES + Integer.BYTES;

  private final FileChannel file;

  private HandedMark(FileChannel file) {
    this.file = file;
  }

  static HandedMark open(Path path) throws IOException {
    return new HandedMark(
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /** The entry id; 0 if there is none, or if a power loss tore it. */
  long read() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, bytes.position()) < 0) {
        return 0;
      }
    }
    long entryId = bytes.flip().getLong();
    return bytes.getInt() == crc(entryId) ? entryId : 0;
  }

  void write(long entryId) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).putLong(entryId).putInt(crc(entryId)).flip();
    while (bytes.hasRemaining()) {
      file.write(bytes, bytes.position());
    }
  }

  private static int crc(long entryId) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(entryId).flip());
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    try (file) {
      file.force(false);
    }
  }
}
