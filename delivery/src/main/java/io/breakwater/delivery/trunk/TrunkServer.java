package io.breakwater.delivery.trunk;

import io.breakwater.common.secret.CredentialMint;
import io.breakwater.delivery.node.Grantor;
import io.breakwater.delivery.node.Node;
import io.breakwater.storage.AccountStore;
import io.breakwater.trunk.Pings;
import io.breakwater.trunk.RoleCheck;
import io.breakwater.trunk.TrunkTlsMeters;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for gateways, and for other delivery nodes. */
public final class TrunkServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrunkServer.class);
  private static final int END_MS = 1_000;

  private final Server server;
  private final EventLoopGroup loops;

  private TrunkServer(Server server, EventLoopGroup loops) {
    this.server = server;
    this.loops = loops;
  }

  /**
   * Starts listening.
   *
   * @param tlsMeters of {@code rules.tls()}, if there is one
   * @param further services on the same port
   * @throws IOException if the address cannot be bound
   */
  public static TrunkServer start(
      InetSocketAddress address,
      TrunkRules rules,
      TrunkTlsMeters tlsMeters,
      Node node,
      List<ServerServiceDefinition> further,
      AccountStore accounts,
      CredentialMint mint,
      MeterRegistry metrics)
      throws IOException {
    Grantor grantor = node.grantor();
    SignUps signUps =
        new SignUps(accounts, mint, grantor.rim(), grantor.signUps(), grantor::nowMs, metrics);
    TrunkConnections connections = new TrunkConnections(rules.maxConnections(), tlsMeters, metrics);
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            new DefaultThreadFactory("trunk"), NioIoHandler.newFactory());
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .channelFactory(connections::listener)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .addService(
                ServerInterceptors.intercept(
                    new TrunkService(node, signUps, mint), RoleCheck.onlyGateways()))
            .addServices(further)
            .directExecutor()
            .addStreamTracerFactory(new StreamEnds(metrics))
            .maxInboundMessageSize(TrunkLimits.BATCH_BYTES)
            .maxInboundMetadataSize(TrunkLimits.METADATA_BYTES)
            .maxConcurrentCallsPerConnection(TrunkLimits.CALLS_PER_CONNECTION)
            .maxRstFramesPerWindow(TrunkLimits.RESETS, TrunkLimits.RESETS_S)
            .handshakeTimeout(TrunkLimits.HANDSHAKE_S, TimeUnit.SECONDS)
            .keepAliveTime(Pings.STANDARD.afterMs(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(Pings.STANDARD.answerMs(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(Pings.STANDARD.permittedEveryMs(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true);
    rules.tls().ifPresentOrElse(tls -> builder.sslContext(tls.context()), () -> warn(address));
    try {
      return new TrunkServer(builder.build().start(), loops);
    } catch (IOException e) {
      end(loops);
      throw e;
    }
  }

  private static void warn(InetSocketAddress address) {
    if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
      log.warn(
          "trunks have no TLS: whoever reaches {} can act as any user, and read what passes (set"
              + " breakwater.delivery.trunk-tls.*)",
          address);
    }
  }

  private static void end(EventLoopGroup loops) {
    loops.shutdownGracefully(0, END_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  /** The port that was bound. */
  public int port() {
    return server.getPort();
  }

  /** Ends all trunks: gateways keep their sockets and look for another home. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end(loops);
  }
}
