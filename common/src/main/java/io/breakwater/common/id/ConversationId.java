package io.breakwater.common.id;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A conversation; a direct one is derived from its two users. */
public record ConversationId(long high, long low) implements Comparable<ConversationId> {
  private static final byte[] DIRECT = "direct".getBytes(StandardCharsets.US_ASCII);

  /**
   * Reads 16 bytes, big-endian.
   *
   * @throws IllegalArgumentException if there are not exactly 16
   */
  public static ConversationId of(ByteBuffer bytes) {
    ByteBuffer view = Wide.checked("conversation id", bytes);
    return new ConversationId(view.getLong(), view.getLong());
  }

  /** Reads 16 bytes, big-endian; see {@link #of(ByteBuffer)}. */
  public static ConversationId of(byte[] bytes) {
    return of(ByteBuffer.wrap(bytes));
  }

  /** The 16 bytes, big-endian. */
  public byte[] bytes() {
    return Wide.bytes(high, low);
  }

  /** Unsigned byte order. */
  @Override
  public int compareTo(ConversationId other) {
    return Wide.compare(high, low, other.high, other.low);
  }

  /** The conversation of two users, whichever of them asks; a user may talk to itself. */
  public static ConversationId direct(UserId a, UserId b) {
    boolean inOrder = a.compareTo(b) <= 0;
    UserId first = inOrder ? a : b;
    UserId second = inOrder ? b : a;
    MessageDigest sha256 = Hashes.sha256();
    sha256.update(DIRECT);
    sha256.update(first.bytes());
    sha256.update(second.bytes());
    return of(ByteBuffer.wrap(sha256.digest(), 0, Wide.BYTES));
  }

  @Override
  public String toString() {
    return Wide.hex(high, low);
  }
}
