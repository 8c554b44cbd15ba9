package io.breakwater.gateway.framing;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client that begins as a WebSocket and goes on with any bytes. The first byte decides the cuts
 * and whether a good request comes first; then cut or not, the same messages must come out. Nothing
 * but what a decoder may throw is thrown, and nothing leaks.
 */
final class WebSocketFuzz {
  private static final GatewayMetrics METRICS = new GatewayMetrics(new SimpleMeterRegistry());
  private static final InboundRoom ROOM = new InboundRoom(1 << 20, METRICS);
  private static final WebSocketRules RULES =
      new WebSocketRules(Set.of("https://example.org"), ROOM, METRICS);

  private static final byte[] GOOD_REQUEST =
      """
      GET /v1 HTTP/1.1\r
      Host: localhost\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Protocol: breakwater.v1\r
      \r
      """
          .getBytes(StandardCharsets.US_ASCII);

  private static final int LIMIT = 4_096;

  private WebSocketFuzz() {}

  static List<byte[]> seeds() {
    ByteBuffer request = ByteBuffer.allocate(1 + GOOD_REQUEST.length);
    return List.of(request.put((byte) 1).put(GOOD_REQUEST).array());
  }

  static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    boolean isUpgraded = input[0] % 2 == 0;
    List<Object> whole = converse(input, isUpgraded, input.length);
    List<Object> cut = converse(input, isUpgraded, 1 + Math.abs(input[0] % 9));
    if (isUpgraded && !whole.equals(cut)) {
      throw new AssertionError("uncut " + whole + ", cut " + cut);
    }
  }

  private static List<Object> converse(byte[] input, boolean isUpgraded, int longest) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    Owner owner = new Owner();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(allocator);
    channel.pipeline().addLast(new FirstByte(owner, RULES), owner);
    if (isUpgraded) {
      write(channel, GOOD_REQUEST, 0, GOOD_REQUEST.length);
      if (!owner.isUpgraded) {
        throw new AssertionError("a good request is not answered");
      }
    }
    SplittableRandom random = new SplittableRandom(input[0]);
    for (int at = 1; at < input.length; ) {
      int bytes = Math.min(input.length - at, 1 + random.nextInt(longest));
      write(channel, input, at, bytes);
      at += bytes;
    }
    channel.finishAndReleaseAll();
    owner.release();
    if (owner.failure != null) {
      throw new AssertionError("an error of this gateway's", owner.failure);
    }
    long kept = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    if (kept != 0) {
      throw new AssertionError(kept + " bytes leak");
    }
    return owner.said;
  }

  private static void write(EmbeddedChannel channel, byte[] bytes, int from, int count) {
    if (channel.isOpen()) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, from, count));
      channel.releaseOutbound();
    }
  }

  /** What a client's socket is to its framing; reads nothing more once it has ended. */
  private static final class Owner extends ChannelInboundHandlerAdapter implements WebSocketOwner {
    final List<Object> said = new ArrayList<>();
    boolean isUpgraded;
    private Framing framing = new FrameDecoder(ROOM);
    private boolean isEnded;

    /** What no bytes of a client may cause: a pipeline only logs what its handlers throw. */
    @Nullable Throwable failure;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      try {
        if (wantsMore()) {
          framing.read(message, context.alloc(), this);
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      boolean isOfDecoder = cause instanceof DecoderException;
      if (!isOfDecoder
          || (cause.getCause() instanceof RuntimeException inner
              && !(inner instanceof DecoderException))) {
        failure = cause;
      }
      isEnded = true;
      var _ = context.close();
    }

    void release() {
      framing.release();
      framing.end(Unpooled.EMPTY_BUFFER.alloc()).release();
    }

    @Override
    public void upgrading(Framing unanswered) {
      framing = unanswered;
    }

    @Override
    public void sign() {}

    @Override
    public void upgraded(Framing webSocket) {
      framing = webSocket;
      isUpgraded = true;
    }

    @Override
    public void reply(ByteBuf message) {
      said.add("reply of " + message.readableBytes());
      message.release();
    }

    @Override
    public void goodbye() {
      said.add("goodbye");
      isEnded = true;
    }

    @Override
    public int maxFrameBytes() {
      return LIMIT;
    }

    @Override
    public void frame(ByteBuf body) {
      if (isEnded || body.readableBytes() > LIMIT) {
        throw new AssertionError("a frame of " + body.readableBytes() + " bytes after " + said);
      }
      byte[] bytes = new byte[body.readableBytes()];
      body.getBytes(body.readerIndex(), bytes);
      said.add(ByteBuffer.wrap(bytes));
    }

    @Override
    public void unreadable(String detail) {
      said.add("unreadable");
      isEnded = true;
    }

    @Override
    public void crowded(int bytes) {
      throw new AssertionError("no room for " + bytes + " bytes");
    }

    @Override
    public boolean wantsMore() {
      return !isEnded;
    }
  }
}
