package io.breakwater.storage.testing;

import java.nio.ByteBuffer;

/** Bytes at rest: changing the buffer that was written, or reading one, changes nothing. */
final class Blobs {
  private Blobs() {}

  static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip().asReadOnlyBuffer();
  }
}
