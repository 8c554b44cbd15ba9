package io.breakwater.gateway.framing;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Any bytes, cut in any way, are the same frames as uncut; what is kept is bounded by what came.
 * The first byte decides the cuts, the second the limit; the rest is the stream.
 */
final class FrameDecoderFuzz {
  private static final int CONTROL_BYTES = 2;

  private static final InboundRoom ROOM =
      new InboundRoom(1 << 20, new GatewayMetrics(new SimpleMeterRegistry()));

  private FrameDecoderFuzz() {}

  static void fuzzerTestOneInput(byte[] input) {
    if (input.length < CONTROL_BYTES) {
      return;
    }
    int limit = input[1] % 2 == 0 ? 64 : 4_096;
    Heard whole = new Heard(limit);
    feed(input, whole, new SplittableRandom(0), input.length);
    Heard cut = new Heard(limit);
    feed(input, cut, new SplittableRandom(input[0]), 1 + Math.abs(input[0] % 7));
    if (!whole.said.equals(cut.said)) {
      throw new AssertionError("uncut " + whole.said + ", cut " + cut.said);
    }
  }

  private static void feed(byte[] input, Heard heard, SplittableRandom random, int longest) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    FrameDecoder decoder = new FrameDecoder(ROOM);
    for (int at = CONTROL_BYTES; at < input.length; ) {
      int bytes = Math.min(input.length - at, 1 + random.nextInt(longest));
      ByteBuf in = Unpooled.wrappedBuffer(input, at, bytes);
      decoder.feed(in, allocator, heard);
      at += bytes;
      long kept = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
      if (kept > 2L * (at - CONTROL_BYTES) + 64) {
        throw new AssertionError("kept " + kept + " bytes of " + (at - CONTROL_BYTES));
      }
    }
    heard.said.add("inside a frame: " + (heard.wantsMore() && decoder.isInsideFrame()));
    decoder.release();
    if (allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory() != 0) {
      throw new AssertionError("something is kept after the end");
    }
  }

  /** Writes down what it hears; takes larger frames after the first one, as after Welcome. */
  private static final class Heard implements FrameSink {
    final List<Object> said = new ArrayList<>();
    private final int limit;
    private boolean isBroken;

    Heard(int limit) {
      this.limit = limit;
    }

    @Override
    public int maxFrameBytes() {
      return said.isEmpty() ? limit : 2 * limit;
    }

    @Override
    public void frame(ByteBuf body) {
      if (isBroken || body.readableBytes() < 1 || body.readableBytes() > maxFrameBytes()) {
        throw new AssertionError("a frame of " + body.readableBytes() + " bytes: " + said);
      }
      byte[] bytes = new byte[body.readableBytes()];
      body.getBytes(body.readerIndex(), bytes);
      said.add(java.nio.ByteBuffer.wrap(bytes));
    }

    @Override
    public void unreadable(String detail) {
      isBroken = true;
      said.add(detail);
    }

    @Override
    public void crowded(int bytes) {
      throw new AssertionError("no room for " + bytes + " bytes");
    }

    @Override
    public boolean wantsMore() {
      return !isBroken;
    }
  }
}
