package io.breakwater.gateway.framing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of something whose end has not come. Has of the room what its buffer can hold, not
 * only what is in it. Confined to the connection's event loop.
 */
final class Kept {
  private static final int LEAST_BYTES = 64;

  private final InboundRoom.Share share;

  /** None most of the time. */
  private @Nullable ByteBuf bytes;

  /** What this has of the share; more than the buffer's capacity only after a failed allocation. */
  private int taken;

  Kept(InboundRoom.Share share) {
    this.share = share;
  }

  /** Whether nothing has begun. */
  boolean isEmpty() {
    return bytes == null;
  }

  /** Bytes that came. */
  int size() {
    return bytes == null ? 0 : bytes.readableBytes();
  }

  /** What came; still kept here. */
  ByteBuf bytes() {
    if (bytes == null) {
      throw new IllegalStateException("nothing is kept");
    }
    return bytes;
  }

  /**
   * Takes so many bytes of {@code in}.
   *
   * @param most that there can be of it; at least {@link #size} and {@code count} together
   * @return false if there is no room; then nothing has changed
   */
  boolean add(ByteBuf in, int count, int most, ByteBufAllocator allocator) {
    int size = size() + count;
    if (bytes == null) {
      int capacity = Math.min(most, Math.max(LEAST_BYTES, size));
      if (!take(capacity)) {
        return false;
      }
      bytes = allocator.ioBuffer(capacity);
    } else if (bytes.writerIndex() + count > bytes.capacity()) {
      int capacity = Math.min(most, Math.max(LEAST_BYTES, Integer.highestOneBit(size - 1) << 1));
      if (!take(capacity - taken)) {
        return false;
      }
      bytes.capacity(capacity);
    }
    bytes.writeBytes(in, count);
    return true;
  }

  private boolean take(int more) {
    if (!share.take(more)) {
      return false;
    }
    taken += more;
    return true;
  }

  /** Forgets what was read of it. */
  void discardRead() {
    if (bytes != null) {
      bytes.discardReadBytes();
    }
  }

  /** Hands out what came; the caller releases it. */
  ByteBuf remove() {
    ByteBuf all = bytes();
    bytes = null;
    giveBack();
    return all;
  }

  void release() {
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
    giveBack();
  }

  private void giveBack() {
    share.giveBack(taken);
    taken = 0;
  }
}
