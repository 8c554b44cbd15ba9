package io.breakwater.gateway.framing;

import io.breakwater.proto.client.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Bytes to frames and back, for one connection. Confined to its event loop. */
public interface Framing {
  /** Takes what the pipeline hands on, as far as it is wanted; the caller releases it. */
  void read(Object message, ByteBufAllocator allocator, FrameSink sink);

  /** Whether a frame has begun and is not complete. */
  boolean isInsideFrame();

  /** A buffer with the header of a frame, and room for a body of so many bytes after it. */
  ByteBuf begin(ByteBufAllocator allocator, int bodyBytes);

  /** This gateway's own frame was written: it may be the last. */
  void wrote(ServerFrame frame);

  /** What is to be written after the last frame. */
  ByteBuf end(ByteBufAllocator allocator);

  /** Frees what is kept. */
  void release();
}
