package io.breakwater.loadtest.bench.phone;

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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which all phones live. On the loopback it connects from 127.0.0.2 to
 * 127.0.0.101 in turn, since each address has some 28,000 ports only, and a port rests for a minute
 * after use.
 */
public final class PhoneLoop implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 10_000;
  private static final String THREAD = "phones";
  private static final int SOURCES = 100;
  private static final long CALL_LIMIT_S = 120;

  private final EventLoopGroup group;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final List<InetSocketAddress> gateways;
  private final @Nullable TlsLines tls;
  private Transport transport = Transport.PLAIN;
  private int source;
  private int connected;

  /**
   * @param gateways where phones connect, in turn
   * @param tlsPort where they do with TLS
   */
  public PhoneLoop(List<InetSocketAddress> gateways, Optional<TlsPort> tlsPort) {
    this.gateways = gateways;
    this.tls = tlsPort.map(TlsLines::new).orElse(null);
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(THREAD, true), io);
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
          Priority.raise(THREAD);
          return 0;
        });
  }

  /** Whether there is a port for TLS. */
  public boolean hasTls() {
    return tls != null;
  }

  /** Chooses how phones connect from now on. Any other thread. */
  public void use(Transport next) {
    if (next != Transport.PLAIN && tls == null) {
      throw new IllegalArgumentException("transport: %s, without a port for it".formatted(next));
    }
    call(() -> transport = next);
  }

  /** On the loop; the owner hears of it there too. */
  void connect(Line.Owner owner) {
    assert loop.inEventLoop();
    if (tls == null || transport == Transport.PLAIN) {
      connected = (connected + 1) % gateways.size();
      connect(gateways.get(connected), owner, (_, _) -> {});
    } else {
      TlsLines lines = tls;
      boolean resumes = transport == Transport.TLS_RESUMED;
      connect(
          lines.gateway(),
          owner,
          (channel, phone) ->
              channel.pipeline().addLast(lines.handler(channel.alloc(), resumes, phone.name())));
    }
  }

  private void connect(InetSocketAddress address, Line.Owner owner, Line.Security security) {
    Bootstrap one = bootstrap.clone().handler(Line.initializer(owner, security));
    if (address.getAddress().isLoopbackAddress()) {
      source = (source + 1) % SOURCES;
      one.localAddress(InetAddress.ofLiteral("127.0.0." + (2 + source)), 0);
    }
    one.connect(address)
        .addListener(
            future -> {
              if (!future.isSuccess()) {
                loop.execute(owner::closed);
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
    if (tls != null) {
      tls.close();
    }
  }
}
