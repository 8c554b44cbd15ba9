package io.breakwater.delivery.trunk;

import io.breakwater.common.secret.CredentialMint;
import io.breakwater.delivery.node.Node;
import io.breakwater.storage.AccountStore;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Listens for gateways. */
public final class TrunkServer implements AutoCloseable {
  /** A batch is at most 1 MiB; gRPC's own framing comes on top. */
  private static final int MAX_BATCH_BYTES = (1 << 20) + (128 << 10);

  private final Server server;

  private TrunkServer(Server server) {
    this.server = server;
  }

  /**
   * Starts listening.
   *
   * @throws IOException if the address cannot be bound
   */
  public static TrunkServer start(
      InetSocketAddress address,
      Node node,
      AccountStore accounts,
      CredentialMint mint,
      MeterRegistry metrics)
      throws IOException {
    SignUps signUps = new SignUps(accounts, mint, metrics);
    Server server =
        NettyServerBuilder.forAddress(address)
            .addService(new TrunkService(node, signUps, mint))
            .directExecutor()
            .maxInboundMessageSize(MAX_BATCH_BYTES)
            .maxInboundMetadataSize(8 << 10)
            .maxConcurrentCallsPerConnection(64)
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(5, TimeUnit.SECONDS)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .build()
            .start();
    return new TrunkServer(server);
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
  }
}
