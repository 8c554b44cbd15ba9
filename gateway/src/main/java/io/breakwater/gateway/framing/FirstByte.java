package io.breakwater.gateway.framing;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Finds out by its first byte what a client speaks, so that one port serves both. {@code G} begins
 * a GET; as the first byte of a length it would announce more than a gibibyte. Leaves the pipeline
 * with that.
 */
public final class FirstByte extends ChannelInboundHandlerAdapter {
  private final WebSocketOwner owner;
  private final WebSocketRules rules;

  public FirstByte(WebSocketOwner owner, WebSocketRules rules) {
    this.owner = owner;
    this.rules = rules;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (in.isReadable()) {
      if (in.getByte(in.readerIndex()) == 'G') {
        owner.upgrading(new Unanswered());
        WebSocketUpgrade.addAfter(context, owner, rules);
      }
      context.fireChannelRead(in);
      // Gone already if what came made the channel close.
      if (!context.isRemoved()) {
        context.pipeline().remove(this);
      }
    } else {
      in.release();
    }
  }
}
