package io.breakwater.gateway.framing;

import io.breakwater.proto.client.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames: a 4-byte big-endian length, then so many bytes. The length is
 * checked before anything is allocated, and what is kept of an incomplete frame grows with the
 * bytes that came, not with the length that was announced. Confined to the connection's event loop.
 */
public final class FrameDecoder implements Framing {
  private static final int LENGTH_BYTES = 4;

  /** What came of a frame that is not complete; none most of the time. */
  private @Nullable ByteBuf partial;

  @Override
  public void read(Object message, ByteBufAllocator allocator, FrameSink sink) {
    feed((ByteBuf) message, allocator, sink);
  }

  @Override
  public ByteBuf begin(ByteBufAllocator allocator, int bodyBytes) {
    return allocator.directBuffer(LENGTH_BYTES + bodyBytes).writeInt(bodyBytes);
  }

  @Override
  public void wrote(ServerFrame frame) {}

  @Override
  public ByteBuf end(ByteBufAllocator allocator) {
    return Unpooled.EMPTY_BUFFER;
  }

  /** Reads all of {@code in}, or as much as is wanted; the caller releases it. */
  void feed(ByteBuf in, ByteBufAllocator allocator, FrameSink sink) {
    while (in.isReadable() && sink.wantsMore()) {
      if (partial != null) {
        complete(partial, in, sink);
      } else if (!wholeFrame(in, sink)) {
        partial = allocator.ioBuffer(in.readableBytes()).writeBytes(in);
      }
    }
  }

  /**
   * Hands out a frame that is complete in {@code in}, without copying it.
   *
   * @return false if it is not complete yet
   */
  private static boolean wholeFrame(ByteBuf in, FrameSink sink) {
    if (in.readableBytes() < LENGTH_BYTES) {
      return false;
    }
    int length = in.getInt(in.readerIndex());
    if (isWrong(length, sink)) {
      return true;
    }
    if (in.readableBytes() < LENGTH_BYTES + length) {
      return false;
    }
    ByteBuf body = in.slice(in.readerIndex() + LENGTH_BYTES, length);
    in.skipBytes(LENGTH_BYTES + length);
    sink.frame(body);
    return true;
  }

  private void complete(ByteBuf kept, ByteBuf in, FrameSink sink) {
    boolean hadLength = kept.readableBytes() >= LENGTH_BYTES;
    if (!moveUpTo(LENGTH_BYTES, kept, in)) {
      return;
    }
    int length = kept.getInt(0);
    if (!hadLength && isWrong(length, sink)) {
      return;
    }
    if (moveUpTo(LENGTH_BYTES + length, kept, in)) {
      partial = null;
      try {
        sink.frame(kept.slice(LENGTH_BYTES, length));
      } finally {
        kept.release();
      }
    }
  }

  /** Whether {@code kept} has so many bytes, after taking what it lacks as far as it is there. */
  private static boolean moveUpTo(int bytes, ByteBuf kept, ByteBuf in) {
    int lacking = Math.max(0, bytes - kept.readableBytes());
    kept.writeBytes(in, Math.min(lacking, in.readableBytes()));
    return kept.readableBytes() >= bytes;
  }

  private static boolean isWrong(int length, FrameSink sink) {
    int max = sink.maxFrameBytes();
    if (length >= 1 && length <= max) {
      return false;
    }
    sink.unreadable(
        "frame size: " + Integer.toUnsignedString(length) + " (expected: 1.." + max + ')');
    return true;
  }

  @Override
  public boolean isInsideFrame() {
    return partial != null;
  }

  @Override
  public void release() {
    if (partial != null) {
      partial.release();
      partial = null;
    }
  }
}
