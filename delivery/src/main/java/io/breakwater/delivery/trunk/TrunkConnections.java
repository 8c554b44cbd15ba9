package io.breakwater.delivery.trunk;

import io.breakwater.trunk.Refusal;
import io.breakwater.trunk.TrunkTlsMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What gRPC does not tell of connections: how many there are, and how their TLS handshakes fail.
 * Closes those beyond the limit. Who has not shown its certificate yet counts apart, so that
 * strangers cannot use up what gateways need. Any event loop.
 */
@ChannelHandler.Sharable
final class TrunkConnections extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(TrunkConnections.class);
  private static final long LOG_EVERY_NS = TimeUnit.SECONDS.toNanos(30);

  private final int limit;
  private final TrunkTlsMeters tls;
  private final Counter beyondLimit;
  private final Counter dropped;
  private final AtomicInteger open = new AtomicInteger();
  private final Handshakes<Channel> handshakes = new Handshakes<>(TrunkLimits.HANDSHAKES);

  /** Lines by reason, so that a flood of one kind hides no other. */
  private final Map<Refusal, LogInterval> lines = new EnumMap<>(Refusal.class);

  private final LogInterval limitLines = new LogInterval(LOG_EVERY_NS);
  private final LogInterval handshakeLines = new LogInterval(LOG_EVERY_NS);

  TrunkConnections(int limit, TrunkTlsMeters tls, MeterRegistry metrics) {
    this.limit = limit;
    this.tls = tls;
    for (Refusal refusal : Refusal.values()) {
      lines.put(refusal, new LogInterval(LOG_EVERY_NS));
    }
    Gauge.builder("breakwater.delivery.trunk.connections", open, AtomicInteger::get)
        .description("Connections to the trunk port, their TLS handshakes done")
        .register(metrics);
    beyondLimit =
        Counter.builder("breakwater.delivery.trunk.connections.refused")
            .description("Connections closed at the limit of connections")
            .register(metrics);
    Gauge.builder("breakwater.delivery.trunk.handshakes", handshakes, Handshakes::size)
        .description("Connections to the trunk port, their TLS handshakes not done")
        .register(metrics);
    dropped =
        Counter.builder("breakwater.delivery.trunk.handshakes.dropped")
            .description(
                "Connections closed at the limit of handshakes under way, the oldest first")
            .register(metrics);
  }

  /** A socket to listen with, watched by this. */
  ServerSocketChannel listener() {
    NioServerSocketChannel listener = new NioServerSocketChannel();
    listener.pipeline().addLast(this);
    return listener;
  }

  /** A connection was accepted. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel connection = (Channel) message;
    handshakes.begin(connection).ifPresent(this::drop);
    connection.closeFuture().addListener(_ -> handshakes.end(connection));
    connection.pipeline().addLast(new HandshakeWatch());
    context.fireChannelRead(connection);
  }

  private void drop(Channel oldest) {
    dropped.increment();
    String why =
        "more than " + TrunkLimits.HANDSHAKES + " handshakes under way, this one the oldest";
    say(handshakeLines, oldest.remoteAddress(), why);
    var _ = oldest.close();
  }

  /** Sees that the handshake begins, and leaves the pipeline with that. */
  private final class HandshakeWatch extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      Channel connection = context.channel();
      SocketAddress from = connection.remoteAddress();
      // gRPC puts TLS into the pipeline when it hears of this.
      context.fireChannelActive();
      SslHandler handler = context.pipeline().get(SslHandler.class);
      if (handler == null) {
        letIn(connection);
      } else {
        handler
            .handshakeFuture()
            .addListener(
                handshake -> {
                  if (handshake.isSuccess()) {
                    letIn(connection);
                  } else {
                    failed(from, handshake.cause());
                  }
                });
      }
      if (!context.isRemoved()) {
        context.pipeline().remove(this);
      }
    }
  }

  private void letIn(Channel connection) {
    if (!handshakes.end(connection)) {
      // It has given way since, and is being closed.
      return;
    }
    if (open.incrementAndGet() > limit) {
      open.decrementAndGet();
      beyondLimit.increment();
      say(limitLines, connection.remoteAddress(), "more than " + limit + " connections");
      var _ = connection.close();
      return;
    }
    connection.closeFuture().addListener(_ -> open.decrementAndGet());
  }

  private void failed(SocketAddress from, Throwable cause) {
    // A peer that just goes away, as a probe of the port does, is not refused.
    Refusal.of(cause)
        .ifPresent(
            refusal -> {
              tls.refused(refusal);
              say(Objects.requireNonNull(lines.get(refusal)), from, Refusal.describe(cause));
            });
  }

  private static void say(LogInterval interval, SocketAddress from, String why) {
    long refused = interval.happened(System.nanoTime());
    if (refused > 0) {
      log.warn(
          "trunk connection from {} refused: {} ({} such since the last line)", from, why, refused);
    }
  }
}
