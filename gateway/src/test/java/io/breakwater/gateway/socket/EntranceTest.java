package io.breakwater.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.secret.CredentialMint;
import io.breakwater.gateway.balance.Population;
import io.breakwater.gateway.connection.EdgeLimits;
import io.breakwater.gateway.connection.EdgeRules;
import io.breakwater.gateway.connection.Recipients;
import io.breakwater.gateway.framing.InboundRoom;
import io.breakwater.gateway.framing.WebSocketRules;
import io.breakwater.gateway.home.Homes;
import io.breakwater.gateway.line.LineLimits;
import io.breakwater.gateway.line.TicketMint;
import io.breakwater.gateway.line.WaitingRoom;
import io.breakwater.gateway.line.WorkMint;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.breakwater.gateway.rate.Limit;
import io.breakwater.gateway.rate.Rate;
import io.breakwater.gateway.rate.RateLimits;
import io.breakwater.gateway.rate.SharedRates;
import io.breakwater.gateway.returning.ReturnLimits;
import io.breakwater.gateway.returning.Returns;
import io.breakwater.gateway.trunk.TrunkLimits;
import io.breakwater.gateway.trunk.TrunkSettings;
import io.breakwater.gateway.trunk.TrunkWatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies between a port and the frames of its clients. */
final class EntranceTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final GatewayMetrics metrics = new GatewayMetrics(meters);
  private final InboundRoom inbound = new InboundRoom(1_000, metrics);
  private final SharedRates rates = new SharedRates(RateLimits.OFF, new SplittableRandom(1));
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** A reset that comes at once takes the address with it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closes_a_socket_that_is_gone_already(boolean isProxied) {
    SocketChannel gone = new NioSocketChannel();
    group.register(gone).syncUninterruptibly();
    assertThat(gone.remoteAddress()).isNull();

    GatewayLoop loop = loop(gone.eventLoop());
    CompletableFuture.runAsync(
            () -> entrance(isProxied).open(gone, loop.accept(gone)), gone.eventLoop())
        .join();
    gone.closeFuture().syncUninterruptibly();
    assertThat(gone.pipeline().get(ClientSocket.class)).isNull();
    assertThat(meters.get("breakwater.gateway.proxy.refused").counter().count()).isZero();
  }

  /** A handshake, for one, would be work for it. */
  @Test
  void does_nothing_with_what_comes_behind_the_header_of_an_address_with_too_many() {
    EmbeddedChannel channel = new EmbeddedChannel();
    // A pipeline outlives the close of its socket, until its event loop gets to that.
    EmbeddedChannel closing = new EmbeddedChannel();
    ClientSocket socket = loop(closing.eventLoop()).accept(closing);
    SharedRates one =
        new SharedRates(
            new RateLimits(Map.of(Limit.ADDRESS_CONNECTIONS, Rate.parse("1/h:1")), 8),
            new SplittableRandom(1));
    AddressRules addresses = new AddressRules(Networks.of(List.of()), one, metrics);
    assertThat(addresses.admit(new InetSocketAddress("203.0.113.7", 1), socket)).isTrue();
    channel.pipeline().addLast(new ProxyHeader(metrics), new ProxyAddress(socket, addresses));
    ByteBuf hello =
        Unpooled.copiedBuffer(
            "PROXY TCP4 203.0.113.7 127.0.0.1 4711 7400\r\nhello", StandardCharsets.US_ASCII);
    channel.pipeline().fireChannelRead(hello);
    assertThat(channel.inboundMessages()).isEmpty();
    assertThat(hello.refCnt()).isZero();
    assertThat(closing.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }

  private Entrance entrance(boolean isProxied) {
    return new Entrance(
        isProxied
            ? Optional.of(new ProxyRules(Networks.of(List.of("127.0.0.0/8"))))
            : Optional.empty(),
        new AddressRules(Networks.of(List.of()), rates, metrics),
        Optional.empty(),
        new WebSocketRules(Set.of(), inbound, metrics),
        metrics);
  }

  private GatewayLoop loop(EventLoop loop) {
    CredentialMint mint = new CredentialMint(new byte[32]);
    return new GatewayLoop(
        loop,
        new EdgeRules(
            mint,
            new Recipients(mint),
            new Homes(),
            () -> EdgeLimits.DEFAULT,
            new WaitingRoom(LineLimits.DEFAULT, 1, new SplittableRandom(1)).line(0),
            new TicketMint(new byte[32]),
            new WorkMint(new byte[32]),
            rates,
            new Returns(() -> ReturnLimits.DEFAULT, 1, new SplittableRandom(1), 0),
            InstantSource.system(),
            new SplittableRandom(1)),
        new SocketLimits(1_000, 1_000, 1_000, 1, 1, 1, 1),
        inbound,
        List.of(),
        new TrunkSettings(
            "gateway",
            0,
            new Population(new SplittableRandom(1), () -> true, () -> 1),
            TrunkLimits.DEFAULT,
            NioSocketChannel.class,
            Optional.empty(),
            Runnable::run,
            () -> 0,
            new SplittableRandom(1),
            metrics),
        new NoTrunks());
  }

  private static final class NoTrunks implements TrunkWatch {
    @Override
    public void reached(Reach before, Reach now) {
      throw new AssertionError("there is none");
    }

    @Override
    public void trunkFailed(String why) {
      throw new AssertionError(why);
    }
  }
}
