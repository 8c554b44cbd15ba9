package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.Row;
import io.breakwater.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.function.Function;

/** Bytes of rows. */
final class Blobs {
  private Blobs() {}

  /**
   * Reads an identifier.
   *
   * @throws StorageException.Broken if the column holds none
   */
  static <T> T id(Row row, String column, Function<ByteBuffer, T> reader) {
    try {
      return reader.apply(bytes(row, column));
    } catch (IllegalArgumentException e) {
      throw new StorageException.Broken("column " + column + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a blob.
   *
   * @throws StorageException.Broken if there is none
   */
  static ByteBuffer bytes(Row row, String column) {
    ByteBuffer bytes = row.getByteBuffer(column);
    if (bytes == null) {
      throw new StorageException.Broken("column " + column + ": null (expected: bytes)", null);
    }
    return bytes;
  }

  static byte[] array(Row row, String column) {
    ByteBuffer bytes = bytes(row, column);
    byte[] array = new byte[bytes.remaining()];
    bytes.duplicate().get(array);
    return array;
  }
}
