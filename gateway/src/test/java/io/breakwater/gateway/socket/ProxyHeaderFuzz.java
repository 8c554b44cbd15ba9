package io.breakwater.gateway.socket;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes where a balancer's PROXY header should be: an address and what comes after it, or the
 * end; the same however they are cut. The first byte decides the cuts.
 */
final class ProxyHeaderFuzz {
  private static final GatewayMetrics METRICS = new GatewayMetrics(new SimpleMeterRegistry());

  private ProxyHeaderFuzz() {}

  static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Heard whole = converse(input, input.length);
    Heard cut = converse(input, 1 + Math.abs(input[0] % 9));
    if (!whole.headers.equals(cut.headers)
        || whole.isBroken != cut.isBroken
        || (!whole.isBroken && whole.passed != cut.passed)) {
      throw new AssertionError("uncut " + whole + ", cut " + cut);
    }
  }

  private static Heard converse(byte[] input, int longest) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    Heard heard = new Heard();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(allocator);
    channel.pipeline().addLast(new ProxyHeader(METRICS), heard);
    SplittableRandom random = new SplittableRandom(input[0]);
    for (int at = 1; at < input.length && channel.isOpen(); ) {
      int bytes = Math.min(input.length - at, 1 + random.nextInt(longest));
      channel.writeInbound(Unpooled.copiedBuffer(input, at, bytes));
      at += bytes;
    }
    channel.finishAndReleaseAll();
    if (heard.failure != null) {
      throw new AssertionError("an error of this gateway's", heard.failure);
    }
    long kept = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    if (kept != 0) {
      throw new AssertionError(kept + " bytes leak");
    }
    return heard;
  }

  private static final class Heard extends ChannelInboundHandlerAdapter {
    final List<String> headers = new ArrayList<>();
    int passed;
    boolean isBroken;

    /** What no bytes of a balancer may cause: a pipeline only logs what its handlers throw. */
    @Nullable Throwable failure;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      try {
        if (message instanceof HAProxyMessage header) {
          headers.add(ProxyAddress.addressIn(header).toString());
        } else {
          passed += ((ByteBuf) message).readableBytes();
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!(cause instanceof DecoderException || cause instanceof IOException)) {
        failure = cause;
      }
      isBroken = true;
      var _ = context.close();
    }

    @Override
    public String toString() {
      return headers + ", " + passed + " bytes, " + (isBroken ? "broken" : "whole");
    }
  }
}
