package io.breakwater.gateway.socket;

import io.breakwater.gateway.accept.Arrivals;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * A socket from its accept until its client is answered; first in its pipeline for as long. What
 * comes from a client that has gone meanwhile is not looked at: neither a handshake nor a Hello is
 * worth anything to it. Confined to the socket's event loop once that has it.
 */
final class Arrival extends ChannelInboundHandlerAdapter implements ChannelFutureListener {
  private final Arrivals arrivals;
  private final Channel socket;
  private final int slot;
  private boolean isOver;

  private Arrival(Arrivals arrivals, Channel socket, int slot) {
    this.slot = slot;
    this.arrivals = arrivals;
    this.socket = socket;
  }

  /** Of a socket that was just accepted and has no event loop yet. */
  static void begin(Arrivals arrivals, Channel socket, long nowMs) {
    Arrival arrival = new Arrival(arrivals, socket, arrivals.begin(nowMs));
    socket.pipeline().addFirst(arrival);
    // Also if it never gets to an event loop.
    var _ = socket.closeFuture().addListener(arrival);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (Peer.isGone(socket)) {
      ReferenceCountUtil.release(message);
      over(Arrivals.End.GONE);
      var _ = context.close();
    } else {
      context.fireChannelRead(message);
    }
  }

  /** Its client is answered. */
  void served() {
    over(Arrivals.End.SERVED);
    var _ = socket.closeFuture().removeListener(this);
    if (socket.pipeline().context(this) != null) {
      socket.pipeline().remove(this);
    }
  }

  /** Its client had gone before anything was done. */
  void gone() {
    over(Arrivals.End.GONE);
  }

  @Override
  public void operationComplete(ChannelFuture closed) {
    over(Arrivals.End.DROPPED);
  }

  private void over(Arrivals.End how) {
    if (!isOver) {
      isOver = true;
      arrivals.end(slot, how);
    }
  }
}
