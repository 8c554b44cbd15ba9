package io.breakwater.gateway.framing;

import io.breakwater.proto.client.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Cuts a byte stream into frames: a 4-byte big-endian length, then so many bytes. The length is
 * checked before anything is allocated, and what is kept of an incomplete frame grows with the
 * bytes that came, not with the length that was announced, as far as there is room. Confined to the
 * connection's event loop.
 */
public final class FrameDecoder implements Framing {
  private static final int LENGTH_BYTES = 4;

  /** What came of a frame that is not complete. */
  private final Kept partial;

  public FrameDecoder(InboundRoom room) {
    partial = new Kept(room.share());
  }

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
      if (!partial.isEmpty()) {
        complete(in, allocator, sink);
      } else if (!wholeFrame(in, sink)) {
        int most =
            in.readableBytes() < LENGTH_BYTES
                ? LENGTH_BYTES
                : LENGTH_BYTES + in.getInt(in.readerIndex());
        keep(in, in.readableBytes(), most, allocator, sink);
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

  private void complete(ByteBuf in, ByteBufAllocator allocator, FrameSink sink) {
    boolean hadLength = partial.size() >= LENGTH_BYTES;
    if (!moveUpTo(LENGTH_BYTES, in, allocator, sink)) {
      return;
    }
    int length = partial.bytes().getInt(0);
    if (!hadLength && isWrong(length, sink)) {
      return;
    }
    if (moveUpTo(LENGTH_BYTES + length, in, allocator, sink)) {
      ByteBuf whole = partial.remove();
      try {
        sink.frame(whole.slice(LENGTH_BYTES, length));
      } finally {
        whole.release();
      }
    }
  }

  /** Whether so many bytes are kept, after taking what was lacking as far as it is there. */
  private boolean moveUpTo(int bytes, ByteBuf in, ByteBufAllocator allocator, FrameSink sink) {
    int lacking = Math.max(0, bytes - partial.size());
    return keep(in, Math.min(lacking, in.readableBytes()), bytes, allocator, sink)
        && partial.size() >= bytes;
  }

  /** False if there is no room: then the rest of the stream is of no use. */
  private boolean keep(
      ByteBuf in, int count, int most, ByteBufAllocator allocator, FrameSink sink) {
    if (count == 0 || partial.add(in, count, most, allocator)) {
      return true;
    }
    in.skipBytes(in.readableBytes());
    int bytes = partial.size() + count;
    partial.release();
    sink.crowded(bytes);
    return false;
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
    return !partial.isEmpty();
  }

  @Override
  public void release() {
    partial.release();
  }
}
