package io.breakwater.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.breakwater.gateway.accept.AcceptLimits;
import io.breakwater.gateway.framing.InboundRoom;
import io.breakwater.gateway.framing.WebSocketRules;
import io.breakwater.gateway.home.NodeAddress;
import io.breakwater.gateway.loop.Transport;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.breakwater.gateway.rate.RateLimits;
import io.breakwater.gateway.rate.SharedRates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel is asked for, on every transport that this machine has. */
final class ListenerTest {
  private final GatewayMetrics metrics = new GatewayMetrics(new SimpleMeterRegistry());
  private final Entrance entrance =
      new Entrance(
          Optional.empty(),
          new AddressRules(
              Networks.of(List.of()),
              new SharedRates(RateLimits.OFF, new SplittableRandom(1)),
              metrics),
          Optional.empty(),
          new WebSocketRules(Set.of(), new InboundRoom(1_000, metrics), metrics),
          metrics);

  /** Looks at each socket that was accepted, before it begins. */
  private static final class LookingGroup extends MultiThreadIoEventLoopGroup {
    final BlockingQueue<Integer> sendBytes = new LinkedBlockingQueue<>();

    /** How many were accepted until the loop looked at something else. */
    final BlockingQueue<Integer> inARow = new LinkedBlockingQueue<>();

    private final ChannelHandler counting =
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelReadComplete(ChannelHandlerContext context) {
            inARow.add(accepted);
            accepted = 0;
            context.fireChannelReadComplete();
          }
        };
    private int accepted;

    LookingGroup(Transport transport) {
      super(1, transport.ioHandlers());
    }

    @Override
    public ChannelFuture register(Channel channel) {
      if (channel instanceof SocketChannel socket) {
        if (socket.parent().pipeline().context(counting) == null) {
          socket.parent().pipeline().addFirst(counting);
        }
        accepted++;
        sendBytes.add(socket.config().getSendBufferSize());
      }
      return super.register(channel);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll", "io_uring"})
  void bounds_what_the_kernel_holds_for_a_client_that_does_not_read(String name) throws Exception {
    try (LookingGroup group = new LookingGroup(available(name))) {
      Listener listener =
          Listener.bind(
              new NodeAddress(InetAddress.getLoopbackAddress().getHostAddress(), 0),
              available(name),
              new AcceptGate(group.next(), List.of(), () -> new AcceptLimits(16, 16, 0), metrics),
              group,
              Map.of(),
              entrance);
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
        assertThat(client.isConnected()).isTrue();
        // Linux doubles it, for what it needs besides.
        assertThat(group.sendBytes.poll(10, TimeUnit.SECONDS)).isBetween(128 << 10, 256 << 10);
      } finally {
        listener.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
      }
    }
  }

  /** io_uring asks the kernel for sockets ahead. */
  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll"})
  void accepts_no_more_at_a_time_than_there_is_room_for(String name) throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (LookingGroup group = new LookingGroup(available(name))) {
      EventLoop loop = group.next();
      Semaphore goOn = new Semaphore(0);
      Listener listener =
          Listener.bind(
              new NodeAddress(InetAddress.getLoopbackAddress().getHostAddress(), 0),
              available(name),
              new AcceptGate(loop, List.of(), () -> new AcceptLimits(16, 64, 0), metrics),
              group,
              Map.of(),
              entrance);
      try {
        loop.execute(goOn::acquireUninterruptibly);
        for (int i = 0; i < 40; i++) {
          clients.add(new Socket(InetAddress.getLoopbackAddress(), listener.port()));
        }
        goOn.release();
        for (int i = 0; i < 40; i++) {
          assertThat(group.sendBytes.poll(10, TimeUnit.SECONDS)).as("socket %s", i).isNotNull();
        }
        assertThat(group.inARow).isNotEmpty().allSatisfy(n -> assertThat(n).isBetween(0, 16));
      } finally {
        listener.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
      }
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  private static Transport available(String name) {
    try {
      return Transport.named(name);
    } catch (IllegalArgumentException e) {
      return abort(e.getMessage());
    }
  }
}
