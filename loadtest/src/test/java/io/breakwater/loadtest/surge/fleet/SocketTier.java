package io.breakwater.loadtest.surge.fleet;

import io.breakwater.loadtest.surge.fleet.phone.Peer;
import io.breakwater.loadtest.surge.fleet.phone.Tier;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A {@link Tier} behind a real port: all of it on one thread. */
final class SocketTier implements AutoCloseable {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Tier tier = new Tier();
  private final InetSocketAddress address;

  SocketTier() throws InterruptedException {
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new LengthFieldBasedFrameDecoder(1 << 17, 0, 4, 0, 4))
                        .addLast(new Connection(channel));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    address = (InetSocketAddress) server.localAddress();
  }

  String address() {
    return "127.0.0.1:" + address.getPort();
  }

  private final class Connection extends SimpleChannelInboundHandler<ByteBuf> implements Peer {
    private final Channel channel;

    Connection(Channel channel) {
      this.channel = channel;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) throws Exception {
      tier.heard(this, ClientFrame.parseFrom(frame.nioBuffer()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      tier.gone(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }

    @Override
    public void say(ServerFrame... frames) {
      for (ServerFrame frame : frames) {
        byte[] bytes = frame.toByteArray();
        var _ =
            channel.write(
                channel.alloc().buffer().writeInt(bytes.length).writeBytes(bytes),
                channel.voidPromise());
      }
      channel.flush();
    }

    @Override
    public void hangUp() {
      var _ = channel.close();
    }
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
