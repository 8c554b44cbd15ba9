package io.breakwater.delivery.relay;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.node.Peers;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.relay.Forward;
import io.breakwater.proto.relay.RelayBatch;
import io.breakwater.proto.relay.RelayFrame;
import io.breakwater.proto.relay.Resubmit;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.trunk.Pings;
import io.breakwater.trunk.TrunkTls;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The relays of one node to the other members. Any thread; opened and closed on one of its own. */
public final class Relays implements Peers, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Relays.class);
  private static final int END_MS = 1_000;

  private final IncarnationId self;
  private final Optional<TrunkTls> tls;
  private final ConcurrentMap<IncarnationId, RelayLink> links = new ConcurrentHashMap<>();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("relay-loop"), NioIoHandler.newFactory());
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("relays").factory());

  private volatile LongSupplier view = () -> 0;
  private volatile LongConsumer onView = _ -> {};

  /**
   * @param tls of the end that connects; without it the relays speak plainly
   */
  public Relays(IncarnationId self, Optional<TrunkTls> tls, MeterRegistry metrics) {
    this.self = self;
    this.tls = tls;
    for (Contact contact : Contact.values()) {
      Gauge.builder("breakwater.delivery.relays", () -> count(contact))
          .description("Other members, by what is known of them")
          .tag("contact", contact.name().toLowerCase(Locale.ROOT))
          .register(metrics);
    }
  }

  private long count(Contact contact) {
    return links.values().stream().filter(link -> link.contact() == contact).count();
  }

  /**
   * Begins to ping.
   *
   * @param newest view that is known here
   * @param heardOf told of views that other nodes know
   */
  public void start(LongSupplier newest, LongConsumer heardOf) {
    view = newest;
    onView = heardOf;
    var _ =
        thread.scheduleAtFixedRate(
            this::tick, RelayLimits.PING_MS, RelayLimits.PING_MS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      links.values().forEach(RelayLink::tick);
    } catch (RuntimeException e) {
      // Thrown on, it would end all pings.
      log.error("the relays' tick failed", e);
    }
  }

  @Override
  public void keep(Map<IncarnationId, String> others) {
    if (links.keySet().equals(others.keySet())) {
      return;
    }
    Map<IncarnationId, String> wanted = Map.copyOf(others);
    try {
      thread.execute(() -> change(wanted));
    } catch (RejectedExecutionException e) {
      log.debug("the relays have ended", e);
    }
  }

  private void change(Map<IncarnationId, String> wanted) {
    links
        .entrySet()
        .removeIf(
            link -> {
              boolean isOver = !wanted.containsKey(link.getKey());
              if (isOver) {
                link.getValue().close();
              }
              return isOver;
            });
    wanted.forEach(
        (other, address) -> {
          if (!links.containsKey(other)) {
            RelayLink link =
                new RelayLink(
                    self,
                    other,
                    address,
                    () -> channel(address),
                    thread,
                    () -> view.getAsLong(),
                    number -> onView.accept(number));
            links.put(other, link);
            link.open();
          }
        });
  }

  private ManagedChannel channel(String address) {
    NettyChannelBuilder builder = NettyChannelBuilder.forTarget("dns:///" + address);
    tls.ifPresentOrElse(own -> builder.sslContext(own.context()), builder::usePlaintext);
    return builder
        .eventLoopGroup(loops)
        .channelType(NioSocketChannel.class)
        .directExecutor()
        .disableRetry()
        .maxInboundMessageSize(RelayLimits.BATCH_BYTES)
        .maxInboundMetadataSize(RelayLimits.METADATA_BYTES)
        .keepAliveTime(Pings.STANDARD.afterMs(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(Pings.STANDARD.answerMs(), TimeUnit.MILLISECONDS)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, RelayLimits.CONNECT_MS)
        .build();
  }

  private Optional<RelayCall> call(IncarnationId other) {
    return Optional.ofNullable(links.get(other)).flatMap(RelayLink::call);
  }

  @Override
  public Contact contact(IncarnationId other) {
    RelayLink link = links.get(other);
    return link == null ? Contact.SILENT : link.contact();
  }

  @Override
  public void tell(IncarnationId other, List<RelayFrame> frames) {
    call(other).ifPresent(call -> call.tell(RelayBatch.newBuilder().addAllFrames(frames).build()));
  }

  @Override
  public CompletionStage<Boolean> resubmit(
      IncarnationId home, long number, IncarnationId owner, List<Record> records) {
    return call(home)
        .map(
            call ->
                call.resubmit(
                    Resubmit.newBuilder()
                        .setView(number)
                        .setOwner(UnsafeByteOperations.unsafeWrap(owner.bytes()))
                        .addAllRecords(records)
                        .build()))
        .orElseGet(() -> CompletableFuture.failedStage(noRelay(home)));
  }

  @Override
  public CompletionStage<ByteString> forward(
      IncarnationId home, long number, UserId to, SendFrom from) {
    return call(home)
        .map(
            call ->
                call.forward(
                    RelayFrame.newBuilder()
                        .setForward(
                            Forward.newBuilder()
                                .setView(number)
                                .setUser(UnsafeByteOperations.unsafeWrap(to.bytes()))
                                .setSend(from))))
        .orElseGet(() -> CompletableFuture.failedStage(noRelay(home)));
  }

  private static IllegalStateException noRelay(IncarnationId home) {
    return new IllegalStateException("no relay to " + home);
  }

  @Override
  public void close() {
    try {
      thread
          .submit(() -> links.values().forEach(RelayLink::close))
          .get(END_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.debug("the relays did not end", e);
    }
    thread.shutdown();
    loops.shutdownGracefully(0, END_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
