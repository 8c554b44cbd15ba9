package io.breakwater.loadtest.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class ShortageTest {
  /** Of nobody: RFC 5737. Nothing is sent from there. */
  private static final InetAddress NOT_OURS = InetAddress.ofLiteral("192.0.2.1");

  /** Why a real socket cannot be connected from there. */
  private static Throwable failure(IoHandlerFactory io, Class<? extends SocketChannel> channel)
      throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, io);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Throwable failure =
          new Bootstrap()
              .group(group)
              .channel(channel)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(server.getLocalSocketAddress(), new InetSocketAddress(NOT_OURS, 0))
              .await()
              .cause();
      assertThat(failure).isNotNull();
      return failure;
    } finally {
      group.shutdownGracefully().awaitUninterruptibly();
    }
  }

  @Test
  void an_address_that_cannot_be_used_is_one_with_either_transport() throws Exception {
    assertThat(Shortage.of(failure(NioIoHandler.newFactory(), NioSocketChannel.class))).isPresent();
    if (Epoll.isAvailable()) {
      assertThat(Shortage.of(failure(EpollIoHandler.newFactory(), EpollSocketChannel.class)))
          .isPresent();
    }
  }

  @Test
  void no_port_that_is_free_is_one_though_it_comes_as_a_refusal() {
    assertThat(
            Shortage.of(
                new ConnectException(
                    "connect(..) failed with error(-99): Cannot assign requested address")))
        .hasValueSatisfying(what -> assertThat(what).contains("Cannot assign requested address"));
  }

  @Test
  void no_file_that_is_free_is_one_wherever_it_comes_from() {
    Throwable made = new IOException("Too many open files");
    assertThat(
            Shortage.of(
                new ChannelException("Unable to create", new InvocationTargetException(made))))
        .contains("Too many open files");
  }

  @Test
  void what_another_machine_does_is_none() {
    assertThat(Shortage.of(new ConnectException("Connection refused: /127.0.0.1:9"))).isEmpty();
    assertThat(Shortage.of(new IOException("Connection reset by peer"))).isEmpty();
    assertThat(Shortage.of(new ConnectException())).isEmpty();
  }
}
