package io.breakwater.gateway.trunk;

import io.breakwater.gateway.home.NodeAddress;
import io.breakwater.gateway.loop.Tick;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.DeliveryHello;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.GatewayHello;
import io.breakwater.trunk.Refusal;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A batch costs both sides more than most frames in it do. Nobody waits for what an acknowledgement does, so it goes
 * with whatever goes next, and soon.
 */
/**
 * One trunk: takes frames for a delivery node, sends them in batches at the end of each tick, hands
 * out what comes back, and opens again whenever it is lost. Confined to its event loop, on which
 * the stream runs too.
 */
public final class Trunk implements Tick.Flushed {
  private static final Logger log = LoggerFactory.getLogger(Trunk.class);
  static final int VERSION = 1;

  /** Acknowledgements wait for so long for another frame to go with. */
  private static final int ACKS_WAIT_MS = 3;

  private final int node;
  private final NodeAddress address;
  private final EventLoop loop;
  private final Tick tick;
  private final TrunkSettings settings;
  private final TrunkListener listener;
  private final Outbox outbox;
  private final Backoff backoff;

  /** The current attempt; none between attempts. */
  private @Nullable TrunkStream stream;

  private boolean isOpen;
  private boolean isClosed;
  private boolean isFlushDue;

  /** A flush is coming at a time, not at the end of this tick. */
  private boolean isFlushScheduled;

  /** When the attempt began, then when the stream last took something or had nothing to take. */
  private long progressAtMs;

  private long failures;

  /**
   * @param node number of the delivery node
   */
  public Trunk(
      int node,
      NodeAddress address,
      EventLoop loop,
      Tick tick,
      TrunkSettings settings,
      TrunkListener listener) {
    this.node = node;
    this.address = address;
    this.loop = loop;
    this.tick = tick;
    this.settings = settings;
    this.listener = listener;
    TrunkLimits limits = settings.limits();
    this.outbox = new Outbox(limits.queueBytes());
    this.backoff = new Backoff(limits.backoffMinMs(), limits.backoffMaxMs(), settings.random());
  }

  /** Number of the delivery node. */
  public int node() {
    return node;
  }

  /** Whether the delivery node has said hello and was not lost since. */
  public boolean isOpen() {
    return isOpen;
  }

  /** Begins to connect, and never gives up. */
  public void open() {
    assert loop.inEventLoop();
    if (isClosed) {
      return;
    }
    CompletableFuture<InetSocketAddress> resolved =
        CompletableFuture.supplyAsync(this::resolve, settings.resolver());
    var _ =
        resolved.whenComplete(
            (socketAddress, failure) ->
                loop.execute(
                    () -> {
                      if (failure == null) {
                        connect(socketAddress);
                      } else {
                        notResolved(failure);
                      }
                    }));
  }

  private InetSocketAddress resolve() {
    try {
      return address.resolve();
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    }
  }

  private void notResolved(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    settings.metrics().trunkFailed();
    failed("cannot resolve: " + cause);
  }

  private void connect(InetSocketAddress socketAddress) {
    assert loop.inEventLoop();
    if (isClosed) {
      return;
    }
    progressAtMs = settings.nowMs().getAsLong();
    TrunkStream opening = new TrunkStream(this, loop, settings, socketAddress);
    stream = opening;
    opening.start(
        GatewayBatch.newBuilder()
            .addFrames(
                GatewayFrame.newBuilder()
                    .setHello(
                        GatewayHello.newBuilder()
                            .setVersion(VERSION)
                            .setGateway(settings.gateway())
                            .setEventLoop(settings.eventLoop())))
            .build());
  }

  /**
   * Takes a frame, to be sent at the end of this tick, or with the next one that is.
   *
   * @return false if the trunk is not open, or full
   */
  public boolean offer(GatewayFrame frame) {
    assert loop.inEventLoop();
    if (!isOpen) {
      return false;
    }
    if (outbox.isEmpty()) {
      progressAtMs = settings.nowMs().getAsLong();
    }
    long before = outbox.bytes();
    if (!outbox.offer(frame)) {
      return false;
    }
    settings.metrics().trunkQueued(outbox.bytes() - before);
    if (isFlushDue) {
      return true;
    }
    if (!frame.hasAck()) {
      isFlushDue = true;
      tick.flushAtEnd(this);
    } else if (!isFlushScheduled) {
      isFlushScheduled = true;
      var _ = loop.schedule(this::flushScheduled, ACKS_WAIT_MS, TimeUnit.MILLISECONDS);
    }
    return true;
  }

  private void flushScheduled() {
    isFlushScheduled = false;
    flush();
  }

  @Override
  public void flush() {
    isFlushDue = false;
    TrunkStream to = stream;
    while (isOpen && to != null && to == stream && !outbox.isEmpty() && to.isReady()) {
      long before = outbox.bytes();
      GatewayBatch batch = outbox.nextBatch();
      settings.metrics().trunkQueued(outbox.bytes() - before);
      settings.metrics().batchOut(batch.getFramesCount());
      progressAtMs = settings.nowMs().getAsLong();
      to.send(batch);
    }
  }

  /** Cancels a stream that does not get ahead; called every second. */
  public void sweep() {
    assert loop.inEventLoop();
    TrunkStream checked = stream;
    if (checked == null) {
      return;
    }
    long waitedMs = settings.nowMs().getAsLong() - progressAtMs;
    if (!isOpen && waitedMs >= settings.limits().openMs()) {
      abandon(checked, "no DeliveryHello for " + waitedMs + " ms");
    } else if (isOpen && !outbox.isEmpty() && waitedMs >= settings.limits().stuckMs()) {
      settings.metrics().trunkStuck();
      abandon(checked, outbox.bytes() + " bytes waited " + waitedMs + " ms without progress");
    }
  }

  /** Lost by decision; what the stream still says is not heard. */
  private void abandon(TrunkStream abandoned, String why) {
    ended(abandoned, Optional.empty(), why);
    abandoned.cancel(why);
  }

  /**
   * Sends what it has and does not open again.
   *
   * @return complete when the delivery node has ended the stream too, or at once without a stream
   */
  public CompletableFuture<Void> close() {
    assert loop.inEventLoop();
    isClosed = true;
    flush();
    TrunkStream closing = stream;
    return closing == null ? CompletableFuture.completedFuture(null) : closing.end();
  }

  // Called by the stream, on the event loop.

  void ready(TrunkStream from) {
    if (from == stream) {
      flush();
    }
  }

  void received(TrunkStream from, DeliveryBatch batch) {
    if (from != stream) {
      return;
    }
    List<DeliveryFrame> frames = batch.getFramesList();
    settings.metrics().batchIn(frames.size());
    for (DeliveryFrame frame : frames) {
      if (frame.hasHello()) {
        greeted(from, frame.getHello());
      } else if (isOpen) {
        listener.fromHome(frame);
      }
      if (from != stream) {
        return;
      }
    }
  }

  private void greeted(TrunkStream from, DeliveryHello hello) {
    if (hello.getVersion() != VERSION) {
      abandon(from, "trunk version: " + hello.getVersion() + " (expected: " + VERSION + ')');
      return;
    }
    if (isOpen) {
      return;
    }
    isOpen = true;
    failures = 0;
    backoff.reset();
    log.info(
        "trunk to {} open, loop {}, incarnation {}",
        address,
        settings.eventLoop(),
        HexFormat.of().formatHex(hello.getIncarnation().toByteArray()));
    settings.metrics().trunkOpened();
    listener.trunkOpened(this);
  }

  /**
   * @param refusal if it is TLS that failed
   */
  void ended(TrunkStream from, Optional<Refusal> refusal, String why) {
    if (from != stream) {
      return;
    }
    stream = null;
    refusal.ifPresent(settings.metrics().trunkTls()::refused);
    if (isOpen) {
      isOpen = false;
      lost();
    } else {
      settings.metrics().trunkFailed();
    }
    failed(why);
  }

  private void lost() {
    settings.metrics().trunkQueued(-outbox.bytes());
    settings.metrics().trunkLost();
    List<GatewayFrame> neverSent = outbox.drain();
    listener.trunkLost(this);
    neverSent.forEach(listener::notForwarded);
  }

  private void failed(String why) {
    if (isClosed) {
      return;
    }
    failures++;
    // Powers of two: a node that is away for an hour does not fill the log.
    if (Long.bitCount(failures) == 1) {
      log.warn(
          "trunk to {} down, loop {}, attempt {}: {}",
          address,
          settings.eventLoop(),
          failures,
          why);
    }
    listener.trunkFailed(this, address + ": " + why);
    var _ = loop.schedule(this::open, backoff.nextMs(), TimeUnit.MILLISECONDS);
  }
}
