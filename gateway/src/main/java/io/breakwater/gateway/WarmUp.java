package io.breakwater.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.sun.management.OperatingSystemMXBean;
import io.breakwater.gateway.loop.Transport;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.SignUp;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs strangers through the code before people come: the first thousand connections of a process
 * cost many times the later ones, since their code is not compiled yet. They come to a gateway of
 * their own in this process, on loopback sockets, with the real handlers, TLS included, and all of
 * them are refused at the edge or wait in line; it has no delivery node, so that no account is
 * touched, and meters and rates of its own.
 */
final class WarmUp {
  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
  private static final int CONNECTIONS = 3_000;
  private static final int AT_ONCE = 8;
  private static final long NANOS_PER_MS = 1_000_000;

  private final int ms;
  private final long deadlineNanos;
  private final long deadlineCpuNanos;
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger idle = new AtomicInteger();
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  private WarmUp(int ms) {
    this.ms = ms;
    deadlineNanos = System.nanoTime() + ms * NANOS_PER_MS;
    deadlineCpuNanos = cpuNanos() + ms * NANOS_PER_MS;
  }

  /**
   * Begins on a thread of its own.
   *
   * @return complete when it is over, or after {@code config.warmUpMs()}, whatever comes first;
   *     never fails
   */
  static CompletableFuture<Void> begin(GatewayConfig config, GatewayServer.Clocks clocks) {
    if (config.warmUpMs() == 0) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    WarmUp warmUp = new WarmUp(config.warmUpMs());
    Thread.ofPlatform()
        .daemon()
        .name("warm-up")
        .start(
            () -> {
              try {
                warmUp.run(config.rehearsal(), clocks, done);
              } catch (GatewayServer.CannotListen | SSLException | RuntimeException e) {
                log.warn("warm-up failed, the gateway starts cold: {}", e.toString());
              } finally {
                done.complete(null);
              }
            });
    return done.completeOnTimeout(null, config.warmUpMs(), TimeUnit.MILLISECONDS);
  }

  private void run(GatewayConfig config, GatewayServer.Clocks clocks, CompletableFuture<Void> done)
      throws GatewayServer.CannotListen, SSLException {
    Transport transport = Transport.named(config.transport());
    EventLoopGroup clients =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("warm-up", true), transport.ioHandlers());
    try (GatewayServer rehearsal =
        GatewayServer.start(
            config, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), clocks)) {
      boolean isTls = config.tls().isPresent();
      Bootstrap bootstrap =
          new Bootstrap()
              .group(clients)
              .channel(transport.sockets())
              .remoteAddress(
                  new InetSocketAddress(
                      InetAddress.getLoopbackAddress(),
                      isTls ? rehearsal.tlsPort() : rehearsal.port()))
              .handler(new Strangers(isTls ? Optional.of(trusting()) : Optional.empty()));
      for (int i = 0; i < AT_ONCE; i++) {
        next(bootstrap);
      }
      over.orTimeout(ms, TimeUnit.MILLISECONDS).exceptionally(e -> null).join();
      log.debug("warmed up by {} connections", begun.get());
      done.complete(null);
    } finally {
      clients.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  /** It is this process that is spoken with. */
  private static SslContext trusting() throws SSLException {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.OPENSSL)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .build();
  }

  private void next(Bootstrap bootstrap) {
    if (isOver()) {
      if (idle.incrementAndGet() == AT_ONCE) {
        over.complete(null);
      }
      return;
    }
    var _ = bootstrap.connect().channel().closeFuture().addListener(_ -> next(bootstrap));
  }

  private boolean isOver() {
    return begun.incrementAndGet() > CONNECTIONS
        || System.nanoTime() - deadlineNanos >= 0
        || cpuNanos() >= deadlineCpuNanos;
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private final class Strangers extends ChannelInitializer<Channel> {
    private final Optional<SslContext> tls;

    Strangers(Optional<SslContext> tls) {
      this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
      tls.ifPresent(context -> channel.pipeline().addLast(context.newHandler(channel.alloc())));
      channel.pipeline().addLast(new Stranger(begun.get()));
    }
  }

  /** Says one thing, and leaves at the first answer, or is closed. */
  private static final class Stranger extends SimpleChannelInboundHandler<ByteBuf> {
    private final int number;

    Stranger(int number) {
      this.number = number;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      var _ = context.writeAndFlush(words());
    }

    private ByteBuf words() {
      return switch (number % 4) {
        case 0 -> framed(forged());
        case 1 -> framed(newcomer());
        case 2 -> framed(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build());
        default -> Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 2, 7, 7});
      };
    }

    private static ByteBuf framed(MessageLite frame) {
      byte[] body = frame.toByteArray();
      return Unpooled.buffer(Integer.BYTES + body.length).writeInt(body.length).writeBytes(body);
    }

    private ClientFrame forged() {
      Hello hello =
          Hello.newBuilder()
              .setVersion(1)
              .setUser(id())
              .setDevice(1)
              .setToken(ByteString.copyFrom(new byte[48]))
              .build();
      return ClientFrame.newBuilder().setHello(hello).build();
    }

    private ClientFrame newcomer() {
      return ClientFrame.newBuilder()
          .setSignUp(SignUp.newBuilder().setSignUpId(id()).setHandle("warm.up"))
          .build();
    }

    private ByteString id() {
      return ByteString.copyFrom(ByteBuffer.allocate(16).putInt(number).putInt(12, number).array());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf answer) {
      var _ = context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}
