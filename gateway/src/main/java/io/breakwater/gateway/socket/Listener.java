package io.breakwater.gateway.socket;

import io.breakwater.gateway.home.NodeAddress;
import io.breakwater.gateway.loop.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts client sockets and hands each to its event loop. */
public final class Listener {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);
  private static final int READ_MIN_BYTES = 64;
  private static final int READ_FIRST_BYTES = 512;
  private static final int READ_MAX_BYTES = 64 * 1024;

  /** Without it the kernel lets a socket that is not read have some megabytes. */
  private static final int KERNEL_SEND_BYTES = 128 * 1024;

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 256 * 1024);

  private final Channel channel;

  private Listener(Channel channel) {
    this.channel = channel;
  }

  /**
   * Begins to accept; waits until the port is bound.
   *
   * @param gate says when
   * @param gatewayLoops one for each event loop of the group
   * @param entrance what each client passes before its frames are read
   * @throws IOException if the address cannot be bound
   */
  public static Listener bind(
      NodeAddress address,
      Transport transport,
      AcceptGate gate,
      EventLoopGroup group,
      Map<EventLoop, GatewayLoop> gatewayLoops,
      Entrance entrance)
      throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(gate.loop(), group)
            .channel(transport.serverSockets())
            .option(ChannelOption.SO_BACKLOG, gate.backlog())
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new ServerChannelRecvByteBufAllocator()
                    .maxMessagesPerRead(AcceptGate.MOST_AT_A_TIME))
            .handler(gate)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_SNDBUF, KERNEL_SEND_BYTES)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(READ_MIN_BYTES, READ_FIRST_BYTES, READ_MAX_BYTES))
            .childHandler(new Initializer(Map.copyOf(gatewayLoops), entrance));
    var bound = bootstrap.bind(address.resolve()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
    }
    return new Listener(bound.channel());
  }

  /** The port that was bound. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Stops accepting; waits until the port is free. */
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  private static final class Initializer extends ChannelInitializer<SocketChannel> {
    private final Map<EventLoop, GatewayLoop> gatewayLoops;

    private final Entrance entrance;

    Initializer(Map<EventLoop, GatewayLoop> gatewayLoops, Entrance entrance) {
      this.entrance = entrance;
      this.gatewayLoops = gatewayLoops;
    }

    @Override
    protected void initChannel(SocketChannel socket) {
      GatewayLoop loop = gatewayLoops.get(socket.eventLoop());
      if (loop == null) {
        log.error("event loop {} has no gateway loop", socket.eventLoop());
        var _ = socket.close();
        return;
      }
      Runnable opening = () -> entrance.open(socket, loop.accept(socket));
      Arrival arrival = socket.pipeline().get(Arrival.class);
      if (arrival == null) {
        opening.run();
      } else {
        arrival.working(opening);
      }
    }
  }
}
