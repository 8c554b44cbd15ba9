package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** The place of a message in its conversation: 16 bytes, ordered as unsigned bytes. */
public record MessageId(long high, long low) implements Comparable<MessageId> {
  /** Before every message. */
  public static final MessageId NONE = new MessageId(0, 0);

  /**
   * Reads 16 bytes, big-endian.
   *
   * @throws IllegalArgumentException if there are not exactly 16
   */
  public static MessageId of(ByteString bytes) {
    ByteBuffer view = Wide.read("message id", bytes);
    return new MessageId(view.getLong(), view.getLong());
  }

  /** The 16 bytes, big-endian. */
  public ByteString bytes() {
    return Wide.write(high, low);
  }

  /** The later of the two. */
  public MessageId max(MessageId other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** Unsigned byte order. */
  @Override
  public int compareTo(MessageId other) {
    return Wide.compare(high, low, other.high, other.low);
  }

  @Override
  public String toString() {
    return Wide.hex(high, low);
  }
}
