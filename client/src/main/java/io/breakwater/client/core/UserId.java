package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** A user. 16 bytes. */
public record UserId(long high, long low) {
  /**
   * Reads 16 bytes, big-endian.
   *
   * @throws IllegalArgumentException if there are not exactly 16
   */
  public static UserId of(ByteString bytes) {
    ByteBuffer view = Wide.read("user id", bytes);
    return new UserId(view.getLong(), view.getLong());
  }

  /** The 16 bytes, big-endian. */
  public ByteString bytes() {
    return Wide.write(high, low);
  }

  @Override
  public String toString() {
    return Wide.hex(high, low);
  }
}
