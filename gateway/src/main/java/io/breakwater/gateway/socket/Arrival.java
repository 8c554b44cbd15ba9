package io.breakwater.gateway.socket;

import io.breakwater.gateway.accept.Arrivals;
import io.breakwater.gateway.accept.Unheard;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Ticker;

/**
 * A socket from its accept until its client is answered; first in its pipeline for as long. What
 * comes from a client that has gone meanwhile is not looked at: neither a handshake nor a Hello is
 * worth anything to it. Confined to the socket's event loop once that has it.
 */
final class Arrival extends ChannelInboundHandlerAdapter
    implements ChannelFutureListener, Unheard.Member {
  private final Arrivals arrivals;
  private final Channel socket;
  private int slot;
  private final long acceptedAtMs;
  private boolean isOver;

  /** Whether a balancer's header is what comes first. */
  private boolean isProxied;

  /** What is to be done to make room; nothing while there is only a socket, or at the end. */
  private Runnable crowdedOut = Arrival::nothing;

  /** Written by the socket's event loop, read by the one that accepts. */
  private volatile Unheard.Stage stage = Unheard.Stage.SILENT;

  private Arrival(Arrivals arrivals, Channel socket, int slot, long acceptedAtMs) {
    this.slot = slot;
    this.acceptedAtMs = acceptedAtMs;
    this.arrivals = arrivals;
    this.socket = socket;
  }

  /** Of a socket that was just accepted and has no event loop yet. */
  static Arrival begin(Arrivals arrivals, Channel socket, long nowMs) {
    Arrival arrival = new Arrival(arrivals, socket, arrivals.begin(nowMs), nowMs);
    socket.pipeline().addFirst(arrival);
    // Also if it never gets to an event loop.
    var _ = socket.closeFuture().addListener(arrival);
    return arrival;
  }

  @Override
  public Unheard.Stage stage() {
    return stage;
  }

  @Override
  public long acceptedAtMs() {
    return acceptedAtMs;
  }

  /**
   * It is closed if its client has still not said what it wants. By the loop that accepts.
   *
   * @return whether it is; not before it has an event loop
   */
  boolean makeRoom() {
    if (!socket.isRegistered()) {
      return false;
    }
    arrivals.ask();
    socket.eventLoop().execute(this::leave);
    return true;
  }

  private static void nothing() {}

  private void leave() {
    if (stage != Unheard.Stage.HEARD) {
      Runnable told = crowdedOut;
      end(Arrivals.End.CROWDED_OUT);
      told.run();
      var _ = socket.close();
    }
    arrivals.obeyed();
  }

  /** So its client is told when it has to make room. */
  void onCrowdedOut(Runnable told) {
    crowdedOut = told;
  }

  /** What comes first is of a balancer: its client has not begun until {@link #begun}. */
  void proxied() {
    isProxied = true;
  }

  /** The first bytes of its client have come. */
  void begun() {
    if (stage == Unheard.Stage.SILENT) {
      stage = Unheard.Stage.BEGUN;
    }
  }

  /** Its client has said what it wants. */
  void heard() {
    if (stage != Unheard.Stage.HEARD) {
      stage = Unheard.Stage.HEARD;
      slot = arrivals.heard(slot);
    }
  }

  /** Does this, which is work for an arrival. */
  void working(Runnable work) {
    working(socket.eventLoop(), work);
  }

  /** The same on this event loop. */
  void working(EventLoop loop, Runnable work) {
    if (stage == Unheard.Stage.HEARD) {
      work.run();
      return;
    }
    Ticker clock = loop.ticker();
    long beganNanos = clock.nanoTime();
    work.run();
    arrivals.worked(loop, clock.nanoTime() - beganNanos);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (Peer.isGone(socket)) {
      ReferenceCountUtil.release(message);
      end(Arrivals.End.GONE);
      var _ = context.close();
    } else {
      if (!isProxied) {
        begun();
      }
      working(() -> context.fireChannelRead(message));
    }
  }

  /** Its client is answered, or waits. */
  void over(Arrivals.End how) {
    end(how);
    var _ = socket.closeFuture().removeListener(this);
    if (socket.pipeline().context(this) != null) {
      socket.pipeline().remove(this);
    }
  }

  /** Its client had gone before anything was done. */
  void gone() {
    end(Arrivals.End.GONE);
  }

  @Override
  public void operationComplete(ChannelFuture closed) {
    end(Arrivals.End.DROPPED);
  }

  private void end(Arrivals.End how) {
    if (!isOver) {
      isOver = true;
      crowdedOut = Arrival::nothing;
      heard();
      arrivals.end(slot, how);
    }
  }
}
