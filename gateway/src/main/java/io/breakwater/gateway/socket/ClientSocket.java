package io.breakwater.gateway.socket;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.breakwater.gateway.accept.Arrivals;
import io.breakwater.gateway.connection.ConnectionMachine;
import io.breakwater.gateway.connection.Input;
import io.breakwater.gateway.framing.FrameDecoder;
import io.breakwater.gateway.framing.Framing;
import io.breakwater.gateway.framing.WebSocketOwner;
import io.breakwater.gateway.loop.Tick;
import io.breakwater.proto.client.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client socket: bytes to frames, frames to bytes, and the end. Confined to its event loop. */
final class ClientSocket extends ChannelInboundHandlerAdapter
    implements WebSocketOwner, Tick.Flushed {
  private static final Logger log = LoggerFactory.getLogger(ClientSocket.class);
  private static final Input CROWDED_OUT = new Input.CrowdedOut();
  private static final Input.Swept NO_FRAME_STARTED = new Input.Swept(Input.Swept.NO_FRAME);

  private final GatewayLoop loop;
  private final Channel channel;
  private final ConnectionMachine machine;

  /** Where the client is, if a balancer is between and has said so. */
  private @Nullable InetSocketAddress proxied;

  /** Until the client is answered. */
  private @Nullable Arrival arrival;

  private Framing framing;
  private long frameStartedAtMs = Input.Swept.NO_FRAME;

  /** Whether the client would understand a frame: not before a handshake is done. */
  private boolean isReady = true;

  private boolean isFlushDue;
  private boolean isClosed;

  /** Whether its client was asked to go. */
  private boolean isLeaving;

  /**
   * Set when the gateway has ended the connection: when the socket goes whatever the client does.
   */
  private long closeAtMs = Long.MAX_VALUE;

  private int discardedBytes;

  /** What the loop's backlog has of this socket, bytes. */
  private long backlog;

  ClientSocket(GatewayLoop loop, Channel channel, ConnectionMachine machine) {
    this.loop = loop;
    this.channel = channel;
    this.machine = machine;
    arrival = channel.pipeline().get(Arrival.class);
    if (arrival != null) {
      arrival.onCrowdedOut(this::crowdedOut);
    }
    framing = new FrameDecoder(loop.inbound());
  }

  ConnectionMachine machine() {
    return machine;
  }

  long nowMs() {
    return loop.nowMs();
  }

  /** Its client was asked to go. */
  void leaves() {
    isLeaving = true;
  }

  boolean isLeaving() {
    return isLeaving;
  }

  /** Whether the socket is gone and nothing will come for its machine any more. */
  boolean isForgettable() {
    return isClosed && machine.isOver();
  }

  /** What the machine is told when time has passed. */
  Input.Swept swept() {
    return frameStartedAtMs == Input.Swept.NO_FRAME
        ? NO_FRAME_STARTED
        : new Input.Swept(frameStartedAtMs);
  }

  /** A handshake comes first; what is written until it is done goes nowhere. */
  void notReady() {
    isReady = false;
  }

  /** A PROXY header comes first. */
  void awaitsHeader() {
    notReady();
    if (arrival != null) {
      arrival.proxied();
    }
  }

  /** The first bytes after the PROXY header have come. */
  void begun() {
    if (arrival != null) {
      arrival.begun();
    }
  }

  /** What the PROXY header says; what comes after it may be the client's frames. */
  void proxied(Optional<InetSocketAddress> client) {
    proxied = client.orElse(null);
    isReady = channel.pipeline().get(SslHandler.class) == null;
    log.debug("connection {} is proxied for {}", machine.connection(), address());
  }

  /** Where the client is, as far as is known. */
  @Nullable SocketAddress address() {
    return proxied == null ? channel.remoteAddress() : proxied;
  }

  /** Its client had gone before anything was done. */
  void gone() {
    if (arrival != null) {
      arrival.gone();
    }
  }

  /** Its client is told to come back, if it can be told, and does not get time to read it. */
  private void crowdedOut() {
    arrival = null;
    loop.happened(this, CROWDED_OUT);
    closeNow();
  }

  /** Something has happened: who is answered does not arrive any more. */
  void look() {
    Arrival arriving = arrival;
    if (arriving == null) {
      return;
    }
    switch (machine.arriving()) {
      case UNHEARD -> {}
      case HEARD -> arriving.heard();
      case WAITING -> over(arriving, Arrivals.End.WAITING);
      case ANSWERED -> over(arriving, Arrivals.End.SERVED);
    }
  }

  private void over(Arrival arriving, Arrivals.End how) {
    arrival = null;
    arriving.over(how);
  }

  // Reading.

  @Override
  public void channelActive(ChannelHandlerContext context) {
    loop.opened(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (wantsMore()) {
        framing.read(message, context.alloc(), this);
      } else {
        discard(message);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!framing.isInsideFrame()) {
      frameStartedAtMs = Input.Swept.NO_FRAME;
    } else if (frameStartedAtMs == Input.Swept.NO_FRAME) {
      frameStartedAtMs = loop.nowMs();
    }
  }

  /**
   * Read while the connection lingers: closing with unread bytes would reset it under the last
   * frame.
   */
  private void discard(Object message) {
    discardedBytes += message instanceof ByteBuf in ? in.readableBytes() : 1;
    if (discardedBytes > SocketLimits.DISCARD_BYTES) {
      loop.lingered(this);
    }
  }

  @Override
  public int maxFrameBytes() {
    return machine.maxFrameBytes();
  }

  @Override
  public boolean wantsMore() {
    return closeAtMs == Long.MAX_VALUE;
  }

  @Override
  public void frame(ByteBuf body) {
    // Whatever is begun after this frame begins now.
    frameStartedAtMs = Input.Swept.NO_FRAME;
    loop.happened(this, Input.of(body.nioBuffer()));
  }

  @Override
  public void upgrading(Framing unanswered) {
    notReady();
    framing = unanswered;
  }

  @Override
  public void upgraded(Framing webSocket) {
    framing = webSocket;
    isReady = true;
  }

  @Override
  public void sign() {
    loop.happened(this, new Input.Sign());
  }

  @Override
  public void reply(ByteBuf message) {
    write(message);
  }

  @Override
  public void goodbye() {
    loop.happened(this, new Input.SocketClosed());
  }

  @Override
  public void unreadable(String detail) {
    loop.happened(this, new Input.Unreadable(detail));
  }

  @Override
  public void crowded(int bytes) {
    loop.crowded(this, bytes);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion && completion.isSuccess()) {
      isReady = true;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    isClosed = true;
    framing.release();
    count();
    loop.closed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException || cause instanceof DecoderException) {
      log.debug(
          "connection {} from {} broken: {}", machine.connection(), address(), cause.getMessage());
    } else {
      log.error("connection {} from {} failed", machine.connection(), address(), cause);
    }
    closeNow();
  }

  // Writing.

  void write(ServerFrame frame) {
    if (!isReady) {
      return;
    }
    int size = frame.getSerializedSize();
    ByteBuf out = framing.begin(channel.alloc(), size);
    int header = out.writerIndex();
    try {
      CodedOutputStream body = CodedOutputStream.newInstance(out.nioBuffer(header, size));
      frame.writeTo(body);
      body.flush();
    } catch (IOException e) {
      out.release();
      throw new UncheckedIOException("a buffer of the frame's own size was too small", e);
    }
    framing.wrote(frame);
    write(out.writerIndex(header + size));
  }

  /** Bytes of a frame that somebody else has built. */
  void write(ByteString frame) {
    if (!isReady) {
      return;
    }
    int size = frame.size();
    ByteBuf out = framing.begin(channel.alloc(), size);
    int header = out.writerIndex();
    frame.copyTo(out.nioBuffer(header, size));
    write(out.writerIndex(header + size));
  }

  private void write(ByteBuf out) {
    var _ = channel.write(out, channel.voidPromise());
    if (unsentBytes() > loop.backlog().limit()) {
      // A burst within one tick is no sign of a slow consumer: what the socket takes now is gone.
      channel.flush();
      count();
      if (backlog > 0 && backlog > loop.backlog().limit()) {
        loop.slow(this);
        return;
      }
    }
    if (!isFlushDue) {
      isFlushDue = true;
      loop.flushAtEnd(this);
    }
  }

  private long unsentBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /** Tells the loop what this socket has not taken. */
  private void count() {
    long now = unsentBytes();
    loop.backlog().changed(now - backlog);
    backlog = now;
  }

  @Override
  public void flush() {
    isFlushDue = false;
    channel.flush();
    count();
  }

  // The end.

  /** Sends what is written, then the end of the stream, and gives the client time to read both. */
  void close() {
    if (!wantsMore()) {
      return;
    }
    if (!isReady) {
      closeNow();
      return;
    }
    closeAtMs = loop.nowMs() + loop.limits().lingerMs();
    // Not now: it may be the framing that led here.
    channel.eventLoop().execute(framing::release);
    var _ =
        channel
            .writeAndFlush(framing.end(channel.alloc()))
            .addListener(
                (ChannelFutureListener)
                    written -> {
                      if (written.isSuccess()) {
                        endOutput();
                      } else {
                        closeNow();
                      }
                    });
  }

  /** The client is told that the end is meant, so that it can tell it from a cut. */
  private void endOutput() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    ChannelFuture told = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
    var _ =
        told.addListener(
            (ChannelFutureListener)
                _ -> {
                  var _ = ((DuplexChannel) channel).shutdownOutput();
                });
  }

  /** Counts what the socket has taken since; closes one that has lingered for long enough. */
  void sweep(long nowMs) {
    count();
    if (nowMs >= closeAtMs && channel.isOpen()) {
      loop.lingered(this);
    }
  }

  void closeNow() {
    closeAtMs = Math.min(closeAtMs, loop.nowMs());
    // From the first handler on: TLS would wait for a client that does not read to be told.
    ChannelHandlerContext first = channel.pipeline().firstContext();
    var _ = first == null ? channel.close() : first.close();
  }
}
