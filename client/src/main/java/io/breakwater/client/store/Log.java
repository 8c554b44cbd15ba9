package io.breakwater.client.store;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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
 * <p>A crash leaves a record that is cut short, or, on a power loss, one at the very end whose
 * bytes did not reach the disk, or zeros. Such a tail is dropped: nobody was told that it is
 * durable. A record that is damaged with others after it is an error.
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
   */
  static long replay(Path file, Image image) throws IOException {
    long size = Files.size(file);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      byte[] magic = in.readNBytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new IOException(file + " does not begin as a device log of this version");
      }
      long at = MAGIC.length;
      while (at < size) {
        byte[] content = read(in, file, at, size - at);
        if (content.length == 0) {
          LOG.warn("{}: dropped {} bytes that a crash left unfinished", file, size - at);
          return at;
        }
        Encoding.apply(content, image);
        at += HEADER_BYTES + content.length;
      }
      return at;
    }
  }

  /** The next record; empty if what is left is an unfinished tail. */
  private static byte[] read(DataInputStream in, Path file, long at, long left) throws IOException {
    if (left < HEADER_BYTES) {
      return new byte[0];
    }
    int length = in.readInt();
    int complement = in.readInt();
    int crc = in.readInt();
    if (length != ~complement || length <= 0) {
      if (onlyZeros(in)) {
        return new byte[0];
      }
      throw damaged(file, at);
    }
    if (length > left - HEADER_BYTES) {
      return new byte[0];
    }
    byte[] content = in.readNBytes(length);
    if (content.length != length) {
      throw new EOFException(file + " shrank while it was read");
    }
    if (crc(content) != crc) {
      if (length == left - HEADER_BYTES || onlyZeros(in)) {
        return new byte[0];
      }
      throw damaged(file, at);
    }
    return content;
  }

  private static boolean onlyZeros(InputStream in) throws IOException {
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static IOException damaged(Path file, long at) {
    return new IOException(
        file
            + " is damaged at byte "
            + at
            + ": restore it, or sign this device out and link a new one");
  }
}
