package io.breakwater.gateway.loop;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How event loops ask the kernel for what is ready, and the kinds of sockets that go with it. */
public enum Transport {
  /** Plain Java; everywhere. */
  NIO(NioServerSocketChannel.class, NioSocketChannel.class) {
    @Override
    @Nullable Throwable obstacle() {
      return null;
    }

    @Override
    public IoHandlerFactory ioHandlers() {
      return NioIoHandler.newFactory();
    }
  },

  /** Linux, where the native library loads. */
  EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class) {
    @Override
    @Nullable Throwable obstacle() {
      return Epoll.unavailabilityCause();
    }

    @Override
    public IoHandlerFactory ioHandlers() {
      return EpollIoHandler.newFactory();
    }
  },

  /** Linux, where the kernel allows it; only if it is asked for by name. */
  IO_URING(IoUringServerSocketChannel.class, IoUringSocketChannel.class) {
    @Override
    @Nullable Throwable obstacle() {
      return IoUring.unavailabilityCause();
    }

    @Override
    public IoHandlerFactory ioHandlers() {
      return IoUringIoHandler.newFactory();
    }
  };

  private static final String AUTO = "auto";

  private final Class<? extends ServerSocketChannel> serverSockets;
  private final Class<? extends SocketChannel> sockets;

  Transport(
      Class<? extends ServerSocketChannel> serverSockets, Class<? extends SocketChannel> sockets) {
    this.serverSockets = serverSockets;
    this.sockets = sockets;
  }

  /**
   * The one of this name; for {@code auto} epoll where it works, NIO elsewhere.
   *
   * @throws IllegalArgumentException if there is none of the name, or it does not work here
   */
  public static Transport named(String name) {
    if (name.equals(AUTO)) {
      return EPOLL.obstacle() == null ? EPOLL : NIO;
    }
    Transport transport =
        Arrays.stream(values())
            .filter(t -> t.toString().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "transport: " + name + " (expected: auto, epoll, nio or io_uring)"));
    Throwable obstacle = transport.obstacle();
    if (obstacle != null) {
      throw new IllegalArgumentException(
          "transport: "
              + name
              + " (expected: one that works here, as auto finds it): "
              + obstacle.getMessage(),
          obstacle);
    }
    return transport;
  }

  /** Why it does not work here; null if it does. Loads the native library. */
  abstract @Nullable Throwable obstacle();

  /** Makes the inside of event loops. */
  public abstract IoHandlerFactory ioHandlers();

  /** What listens. */
  public Class<? extends ServerSocketChannel> serverSockets() {
    return serverSockets;
  }

  /** What connects. */
  public Class<? extends SocketChannel> sockets() {
    return sockets;
  }

  /** The name as it stands in the configuration. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
