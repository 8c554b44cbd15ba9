package io.breakwater.loadtest.line;

import io.breakwater.loadtest.verdict.TrialFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The one thread on which all connections live. On the loopback it connects from a range of
 * addresses in turn, since each address has some 28,000 ports only, and a port rests for a minute
 * after use.
 */
public final class LineLoop implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 10_000;
  private static final long CALL_LIMIT_S = 120;

  private final EventLoopGroup group;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final String thread;
  private final Sources sources;
  private int source;

  /**
   * Where connections come from, on the loopback: 127.0.0.{@code first} and those that follow it.
   *
   * @param first 1..254
   * @param count 1 or more, so that the last one is at most 254
   */
  public record Sources(int first, int count) {
    /** 127.0.0.2 to 127.0.0.101. */
    public static final Sources USUAL = new Sources(2, 100);

    private static final int LAST = 254;

    /** Checks the numbers. */
    public Sources {
      if (first < 1 || count < 1 || first + count - 1 > LAST) {
        throw new IllegalArgumentException(
            "source addresses: %d from 127.0.0.%d on (expected: within 127.0.0.1..%d)"
                .formatted(count, first, LAST));
      }
    }

    InetAddress address(int turn) {
      return InetAddress.ofLiteral("127.0.0." + (first + turn % count));
    }
  }

  /**
   * Starts the thread.
   *
   * @param thread its name
   */
  public LineLoop(String thread, Sources sources) {
    this.thread = thread;
    this.sources = sources;
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(thread, true), io);
    loop = group.next();
    bootstrap =
        new Bootstrap()
            .group(group)
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS);
    if (epoll) {
      bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
    }
    call(
        () -> {
          Priority.raise(thread);
          return 0;
        });
  }

  /**
   * Whether it goes before the servers, which takes a user who may raise its priority. Any thread.
   */
  public boolean isPrioritised() {
    return Priority.isRaised(thread);
  }

  /** On the loop; the owner hears of it there too, after this has returned. */
  public void connect(InetSocketAddress address, Line.Owner owner, Security security) {
    assert loop.inEventLoop();
    Bootstrap one = bootstrap.clone().handler(SocketLine.initializer(owner, security));
    if (address.getAddress().isLoopbackAddress()) {
      source = (source + 1) % sources.count();
      one.localAddress(sources.address(source), 0);
    }
    connect(one.remoteAddress(address), owner);
  }

  /** For a test: from an address of its choice. */
  void connect(InetSocketAddress address, InetAddress from, Line.Owner owner, Security security) {
    Bootstrap one = bootstrap.clone().handler(SocketLine.initializer(owner, security));
    connect(one.localAddress(from, 0).remoteAddress(address), owner);
  }

  private void connect(Bootstrap one, Line.Owner owner) {
    one.connect()
        .addListener(
            future -> {
              if (!future.isSuccess()) {
                Optional<String> shortage = Shortage.of(future.cause());
                loop.execute(
                    () -> {
                      shortage.ifPresent(owner::notFree);
                      owner.closed();
                    });
              }
            });
  }

  /** Runs something on the loop as soon as it can. Any thread. */
  public void execute(Runnable task) {
    loop.execute(task);
  }

  /** Runs something on the loop at a time of {@link System#nanoTime}. Any thread. */
  public void at(long nanos, Runnable task) {
    var _ = loop.schedule(task, Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  /** Asks something on the loop, and waits for the answer. Any other thread. */
  public <T> T call(Supplier<T> question) {
    CompletableFuture<T> answer = CompletableFuture.supplyAsync(question, loop);
    try {
      return answer.get(CALL_LIMIT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrialFailure("interrupted", e);
    } catch (ExecutionException e) {
      throw new TrialFailure("the load generator failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new TrialFailure("the load generator does not answer", e);
    }
  }

  /** Ends all sockets. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
