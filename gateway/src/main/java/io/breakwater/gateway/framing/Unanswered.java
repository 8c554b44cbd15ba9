package io.breakwater.gateway.framing;

import io.breakwater.proto.client.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * A client that asked for a WebSocket and has no answer yet: it may send nothing, and understands
 * nothing. What it sends all the same is not taken for frames of TCP.
 */
final class Unanswered implements Framing {
  @Override
  public void read(Object message, ByteBufAllocator allocator, FrameSink sink) {
    sink.unreadable("websocket: bytes before the answer to the request (expected: none)");
  }

  @Override
  public boolean isInsideFrame() {
    return false;
  }

  @Override
  public ByteBuf begin(ByteBufAllocator allocator, int bodyBytes) {
    throw new IllegalStateException("a frame before the answer to the request (expected: none)");
  }

  @Override
  public void wrote(ServerFrame frame) {}

  @Override
  public ByteBuf end(ByteBufAllocator allocator) {
    return Unpooled.EMPTY_BUFFER;
  }

  @Override
  public void release() {}
}
