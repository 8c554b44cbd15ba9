package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** A conversation; the server says which one a message belongs to. 16 bytes. */
public record ConversationId(long high, long low) {
  /**
   * Reads 16 bytes, big-endian.
   *
   * @throws IllegalArgumentException if there are not exactly 16
   */
  public static ConversationId of(ByteString bytes) {
    ByteBuffer view = Wide.read("conversation id", bytes);
    return new ConversationId(view.getLong(), view.getLong());
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
