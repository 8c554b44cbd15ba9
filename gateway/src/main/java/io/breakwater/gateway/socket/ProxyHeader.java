package io.breakwater.gateway.socket;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.util.ReferenceCountUtil;

/**
 * Reads the PROXY header, version 1 or 2, which must come first; leaves the pipeline with that. A
 * connection without it is closed at its first byte.
 */
final class ProxyHeader extends HAProxyMessageDecoder {
  private static final int MAX_EXTENSION_BYTES = 1_024;
  private static final byte VERSION_1 = 'P';
  private static final byte VERSION_2 = '\r';

  private final GatewayMetrics metrics;
  private boolean isBegun;

  /** The header was refused: what comes after it is none. */
  private boolean isBroken;

  ProxyHeader(GatewayMetrics metrics) {
    super(MAX_EXTENSION_BYTES);
    this.metrics = metrics;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (isBroken) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (!isBegun && message instanceof ByteBuf in && in.isReadable()) {
      isBegun = true;
      byte first = in.getByte(in.readerIndex());
      if (first != VERSION_1 && first != VERSION_2) {
        ReferenceCountUtil.release(message);
        isBroken = true;
        context.fireExceptionCaught(new HAProxyProtocolException("PROXY header: none"));
        metrics.proxyRefused();
        return;
      }
    }
    try {
      super.channelRead(context, message);
    } catch (DecoderException e) {
      // Of the platform's own kind, or around what a damaged extension makes it throw.
      isBroken = true;
      // Netty's decoder would look for another header in it when the connection ends.
      internalBuffer().skipBytes(internalBuffer().readableBytes());
      metrics.proxyRefused();
      throw e;
    }
  }
}
