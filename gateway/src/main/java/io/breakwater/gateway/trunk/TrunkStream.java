package io.breakwater.gateway.trunk;

import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.TrunkGrpc;
import io.breakwater.trunk.Pings;
import io.breakwater.trunk.Refusal;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One attempt at a trunk: a channel of its own with one call, both on the trunk's event loop. A
 * channel is made per attempt, since one that is kept would wait with its own, longer backoff.
 */
final class TrunkStream extends ClientCall.Listener<DeliveryBatch> {
  /** Batches that the delivery node may send ahead of our handling them. */
  private static final int PREFETCH = 8;

  private static final int WINDOW_BYTES = 1024 * 1024;
  private static final int READY_BYTES = 256 * 1024;
  private static final int CONNECT_MS = 2_000;

  private final Trunk trunk;
  private final EventLoop loop;
  private final ManagedChannel channel;
  private final ClientCall<GatewayBatch, DeliveryBatch> call;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  TrunkStream(Trunk trunk, EventLoop loop, TrunkSettings settings, InetSocketAddress address) {
    this.trunk = trunk;
    this.loop = loop;
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address);
    settings.tls().ifPresentOrElse(tls -> builder.sslContext(tls.context()), builder::usePlaintext);
    this.channel =
        builder
            .eventLoopGroup(loop)
            .channelType(settings.sockets())
            .directExecutor()
            .disableRetry()
            .maxInboundMessageSize(TrunkLimits.INBOUND_BYTES)
            .maxInboundMetadataSize(TrunkLimits.METADATA_BYTES)
            .flowControlWindow(WINDOW_BYTES)
            .keepAliveTime(Pings.STANDARD.afterMs(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(Pings.STANDARD.answerMs(), TimeUnit.MILLISECONDS)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
            .build();
    this.call =
        channel.newCall(
            TrunkGrpc.getOpenMethod(), CallOptions.DEFAULT.withOnReadyThreshold(READY_BYTES));
  }

  void start(GatewayBatch hello) {
    call.start(this, new Metadata());
    call.request(PREFETCH);
    call.sendMessage(hello);
  }

  boolean isReady() {
    return call.isReady();
  }

  void send(GatewayBatch batch) {
    call.sendMessage(batch);
  }

  /** Ends it at once. */
  void cancel(String why) {
    call.cancel(why, null);
  }

  /** Ends it when everything is sent; at once if the other side does not end it in time. */
  CompletableFuture<Void> end(int withinMs) {
    call.halfClose();
    var _ =
        loop.schedule(
            () -> call.cancel("not ended within " + withinMs + " ms", null),
            withinMs,
            TimeUnit.MILLISECONDS);
    return ended;
  }

  @Override
  public void onReady() {
    assert loop.inEventLoop();
    trunk.ready(this);
  }

  @Override
  public void onMessage(DeliveryBatch batch) {
    assert loop.inEventLoop();
    trunk.received(this, batch);
    call.request(1);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    assert loop.inEventLoop();
    channel.shutdownNow();
    trunk.ended(this, Refusal.of(status.getCause()), describe(status));
    ended.complete(null);
  }

  /** In one line: gRPC lists the channel's handlers in further ones. */
  private static String describe(Status status) {
    Throwable cause = status.getCause();
    String description = status.getDescription();
    return status.getCode()
        + (description == null ? "" : ": " + description.lines().findFirst().orElse(""))
        + (cause == null ? "" : " (" + Refusal.describe(cause) + ')');
  }
}
