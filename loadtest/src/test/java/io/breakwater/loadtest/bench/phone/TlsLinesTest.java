package io.breakwater.loadtest.bench.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.line.Line;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.Pong;
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
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Phones over TLS, against a server that tells each of them whether its session was resumed. */
final class TlsLinesTest {
  @TempDir Path directory;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private SslContext context;
  private PhoneLoop loop;

  @BeforeEach
  void start() throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .subject("CN=localhost")
            .setIsCertificateAuthority(true)
            .algorithm(CertificateBuilder.Algorithm.ecp256)
            .buildSelfSigned();
    context =
        SslContextBuilder.forServer(bundle.getKeyPair().getPrivate(), bundle.getCertificate())
            .sslProvider(SslProvider.OPENSSL_REFCNT)
            .protocols("TLSv1.3")
            .build();
    // Without keys a server of Netty's gives no tickets.
    ((OpenSslSessionContext) context.sessionContext())
        .setTicketKeys(new OpenSslSessionTicketKey(new byte[16], new byte[16], new byte[16]));
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
                        .addLast(context.newHandler(channel.alloc()), new TellsWhetherResumed());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    Path trusted = Files.writeString(directory.resolve("tls.crt"), bundle.getCertificatePathPEM());
    InetSocketAddress address = (InetSocketAddress) server.localAddress();
    loop = new PhoneLoop(List.of(address), Optional.of(new TlsPort(address, trusted)));
  }

  @AfterEach
  void stop() {
    loop.close();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    ReferenceCountUtil.release(context);
  }

  /** Answers whatever comes: a Pong if the session was resumed, else a Synced. */
  private static final class TellsWhetherResumed extends SimpleChannelInboundHandler<ByteBuf> {
    @Override
    protected void channelRead0(ChannelHandlerContext channel, ByteBuf message) {
      SslHandler handler = channel.pipeline().get(SslHandler.class);
      ReferenceCountedOpenSslEngine engine = (ReferenceCountedOpenSslEngine) handler.engine();
      ServerFrame.Builder answer = ServerFrame.newBuilder();
      if (SSL.isSessionReused(engine.sslPointer())) {
        answer.setPong(Pong.getDefaultInstance());
      } else {
        answer.getSyncedBuilder();
      }
      byte[] bytes = answer.build().toByteArray();
      var _ =
          channel.writeAndFlush(
              channel.alloc().buffer().writeInt(bytes.length).writeBytes(bytes),
              channel.voidPromise());
    }
  }

  /** One connection of a phone: says something, hangs up at the answer. */
  private static final class Caller implements Line.Owner {
    private final String name;
    private final CompletableFuture<Boolean> isResumed = new CompletableFuture<>();
    private @Nullable Line line;

    Caller(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void connected(Line connected) {
      line = connected;
      connected.send(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build());
    }

    @Override
    public void heard(ServerFrame frame) {
      if (line != null) {
        line.close();
      }
      isResumed.complete(frame.hasPong());
    }

    @Override
    public void paused() {}

    @Override
    public void closed() {
      isResumed.completeExceptionally(new IllegalStateException("closed"));
    }
  }

  private boolean isResumed(String phone) throws Exception {
    Caller caller = new Caller(phone);
    loop.execute(() -> loop.connect(caller));
    return caller.isResumed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void resumes_with_a_ticket_of_the_same_phone_only() throws Exception {
    loop.use(Transport.TLS_RESUMED);
    assertThat(isResumed("one")).isFalse();
    assertThat(isResumed("one")).isTrue();
    assertThat(isResumed("one")).isTrue();
    assertThat(isResumed("two")).isFalse();
  }

  @Test
  void never_resumes_where_full_handshakes_are_asked_for() throws Exception {
    loop.use(Transport.TLS_RESUMED);
    assertThat(isResumed("one")).isFalse();
    loop.use(Transport.TLS_FULL);
    assertThat(isResumed("one")).isFalse();
    assertThat(isResumed("one")).isFalse();
  }
}
