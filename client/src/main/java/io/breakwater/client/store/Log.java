package io.breakwater.client.store;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a {@link FileDeviceStore}: a magic number with the version, then records. A record is
 * its length (4 bytes), the length's complement (4), the CRC-32C of the content (4), the content.
 *
 * <p>A crash spoils the last record alone, which nobody was told to be durable: it is cut short,
 * or, on a power loss, any of its pages did not reach the disk. So whatever is not a record is
 * dropped if no whole record comes after it. If one does, the damage came later, and is an error.
 *
 * <p>A whole record is looked for at every byte, since the length of a damaged one cannot be
 * trusted. A payload in the last record that imitates a record can only turn a crash into the
 * error.
 */
final class Log {
  static final byte[] MAGIC = "BWDEV001".getBytes(StandardCharsets.US_ASCII);
  static final int HEADER_BYTES = 12;

  private static final Logger LOG = LoggerFactory.getLogger(Log.class);

  private Log() {}

  static void begin(FileChannel file) throws IOException {
    writeFully(file, ByteBuffer.wrap(MAGIC));
  }

  static void append(FileChannel file, byte[] content) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + content.length);
    record.putInt(content.length).putInt(~content.length).putInt(crc(content)).put(content).flip();
    writeFully(file, record);
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  private static int crc(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content, 0, content.length);
    return (int) crc.getValue();
  }

  /**
   * Applies every record of the file to the image.
   *
   * @return where the last whole record ends
   * @throws DamagedStoreException if the file is not a log, or damaged before its last record
   */
  static long replay(Path file, Image image) throws IOException {
    long size = Files.size(file);
    long at = MAGIC.length;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      byte[] magic = in.readNBytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new DamagedStoreException(
            file
                + " does not begin as a device log of this version: sign this device out and link a new one");
      }
      while (at < size) {
        byte[] content = read(in, size - at);
        if (content.length == 0) {
          break;
        }
        Encoding.apply(content, image);
        at += HEADER_BYTES + content.length;
      }
    }
    if (at < size) {
      requireNoRecordAfter(file, at);
      LOG.warn("{}: dropped {} bytes that a crash left unfinished", file, size - at);
    }
    return at;
  }

  /** The next record; empty if there is no whole one here. */
  private static byte[] read(DataInputStream in, long left) throws IOException {
    if (left < HEADER_BYTES) {
      return new byte[0];
    }
    int length = in.readInt();
    int complement = in.readInt();
    int crc = in.readInt();
    if (length != ~complement || length <= 0 || length > left - HEADER_BYTES) {
      return new byte[0];
    }
    byte[] content = in.readNBytes(length);
    return content.length == length && crc(content) == crc ? content : new byte[0];
  }

  private static void requireNoRecordAfter(Path file, long at) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer rest = channel.map(FileChannel.MapMode.READ_ONLY, at, channel.size() - at);
      if (reachesTheEnd(rest)) {
        return;
      }
      for (int from = 1; from <= rest.limit() - HEADER_BYTES; from++) {
        if (isRecord(rest, from)) {
          throw damaged(file, at);
        }
      }
    }
  }

  /** Whether it begins with a header, and the record would end where the file does, or after it. */
  private static boolean reachesTheEnd(ByteBuffer bytes) {
    return bytes.limit() >= HEADER_BYTES
        && bytes.getInt(0) == ~bytes.getInt(4)
        && bytes.getInt(0) >= bytes.limit() - HEADER_BYTES;
  }

  private static boolean isRecord(ByteBuffer bytes, int from) {
    int length = bytes.getInt(from);
    if (length != ~bytes.getInt(from + 4)
        || length <= 0
        || length > bytes.limit() - from - HEADER_BYTES) {
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from + HEADER_BYTES, length));
    return (int) crc.getValue() == bytes.getInt(from + 8);
  }

  /** An older copy does not help: it would give used client ids to new messages. */
  private static DamagedStoreException damaged(Path file, long at) {
    return new DamagedStoreException(
        file + " is damaged at byte " + at + ": sign this device out and link a new one");
  }
}
