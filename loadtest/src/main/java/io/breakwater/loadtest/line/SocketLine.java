package io.breakwater.loadtest.line;

import com.google.protobuf.CodedOutputStream;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One socket to a gateway: frames both ways. Confined to the event loop. */
final class SocketLine extends ChannelInboundHandlerAdapter implements Line {
  private static final int MAX_FRAME_BYTES = 131_072;
  private static final int LENGTH_BYTES = 4;

  private final Channel channel;
  private final Line.Owner owner;

  /** Whether the channel is being read: then what is written is flushed at the end of it. */
  private boolean reading;

  private boolean dirty;

  private SocketLine(Channel channel, Line.Owner owner) {
    this.channel = channel;
    this.owner = owner;
  }

  /** Sets up the pipeline of a socket. */
  static ChannelInitializer<Channel> initializer(Line.Owner owner, Security security) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        security.addTo(channel, owner);
        channel
            .pipeline()
            .addLast(
                new LengthFieldBasedFrameDecoder(
                    MAX_FRAME_BYTES + LENGTH_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES))
            .addLast(new SocketLine(channel, owner));
      }
    };
  }

  @Override
  public void send(ClientFrame frame) {
    int size = frame.getSerializedSize();
    ByteBuf buffer = channel.alloc().ioBuffer(LENGTH_BYTES + size, LENGTH_BYTES + size);
    buffer.writeInt(size);
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(buffer.nioBuffer(LENGTH_BYTES, size));
      frame.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    buffer.writerIndex(LENGTH_BYTES + size);
    var _ = channel.write(buffer, channel.voidPromise());
    if (reading) {
      dirty = true;
    } else {
      channel.flush();
    }
  }

  @Override
  public void close() {
    var _ = channel.close();
  }

  @Override
  public void cut() {
    if (channel.isOpen()) {
      try {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      } catch (ChannelException e) {
        // It broke just now: there is nothing left to cut.
      }
    }
    var _ = channel.close();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    owner.connected(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
    reading = true;
    ByteBuf body = (ByteBuf) message;
    try {
      owner.heard(ServerFrame.parseFrom(body.nioBuffer()));
    } finally {
      body.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    owner.paused();
    reading = false;
    if (dirty) {
      dirty = false;
      channel.flush();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    owner.closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}
