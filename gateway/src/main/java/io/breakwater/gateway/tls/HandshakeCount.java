package io.breakwater.gateway.tls;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.internal.tcnative.SSL;

/** Counts how handshakes end; leaves the pipeline with that. One for all connections. */
@ChannelHandler.Sharable
final class HandshakeCount extends ChannelInboundHandlerAdapter {
  private final GatewayMetrics metrics;

  HandshakeCount(GatewayMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      if (!completion.isSuccess()) {
        metrics.handshakeFailed();
      } else if (isResumed(context)) {
        metrics.handshakeResumed();
      } else {
        metrics.handshakeFull();
      }
      context.fireUserEventTriggered(event);
      context.pipeline().remove(this);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  private static boolean isResumed(ChannelHandlerContext context) {
    SslHandler handler = context.pipeline().get(SslHandler.class);
    return handler != null
        && handler.engine() instanceof ReferenceCountedOpenSslEngine engine
        && SSL.isSessionReused(engine.sslPointer());
  }
}
