package io.breakwater.gateway.trunk;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.gateway.home.BrownOut;
import io.breakwater.gateway.home.NodeAddress;
import io.breakwater.gateway.home.View;
import io.breakwater.gateway.line.Part;
import io.breakwater.gateway.loop.Tick;
import io.breakwater.proto.trunk.Clients;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.DeliveryHello;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.GatewayHello;
import io.breakwater.proto.trunk.Waiting;
import io.breakwater.trunk.Refusal;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
 * One trunk: takes frames for the delivery node at an address, sends them in batches at the end of
 * each tick as far as the node grants credits, says what waits for more, hands out what comes back,
 * and opens again whenever it is lost. Confined to its event loop, on which the stream runs too.
 */
final class Trunk implements Tick.Flushed {
  private static final Logger log = LoggerFactory.getLogger(Trunk.class);
  static final int VERSION = 1;

  /** Acknowledgements wait for so long for another frame to go with. */
  private static final int ACKS_WAIT_MS = 3;

  /**
   * So long after it was sent something, a node may still owe an answer that somebody waits for.
   */
  private static final int ANSWERS_DUE_MS = 100_000;

  /** What waits for credit is looked at so often. */
  private static final int LOOK_MS = 50;

  /** While anything waits, the node is told so often. */
  private static final int DEMAND_MS = 100;

  /** A node is told so often what the event loop has. */
  private static final int CLIENTS_MS = 2_000;

  /** Before any node has said hello. */
  private static final IncarnationId NOBODY = new IncarnationId(0, 0);

  private final NodeAddress address;
  private final EventLoop loop;
  private final Tick tick;
  private final TrunkSettings settings;
  private final Trunks trunks;
  private final Ledger ledger = new Ledger();
  private final Pause pause = new Pause();
  private final Outbox outbox;
  private final Backoff backoff;

  /** The current attempt; none between attempts. */
  private @Nullable TrunkStream stream;

  /** Who answered the latest attempt that was answered. */
  private IncarnationId node = NOBODY;

  /** Which of the addresses behind the name is tried next. */
  private int turn;

  /** What the node said last; nothing while it is not connected. */
  private BrownOut brownOut = BrownOut.NONE;

  private boolean isOpen;
  private boolean isClosed;
  private boolean isFlushDue;

  /** A flush is coming at a time, not at the end of this tick. */
  private boolean isFlushScheduled;

  /** A look at what waits is coming. */
  private boolean isLookScheduled;

  /** Frames of each class that waited for credit when that was counted last. */
  private final int[] waiting = new int[Ledger.CLASSES];

  private boolean saidThatSomeWait;
  private long saidAtMs;
  private long clientsSaidAtMs;

  /** When the attempt began, then when the stream last took something or had nothing to take. */
  private long progressAtMs;

  private long owesUntilMs = Long.MIN_VALUE;
  private long failures;

  /** Whether it was said that what this node says of views is malformed: once is enough. */
  private boolean isViewDoubted;

  Trunk(NodeAddress address, EventLoop loop, Tick tick, TrunkSettings settings, Trunks trunks) {
    this.address = address;
    this.loop = loop;
    this.tick = tick;
    this.settings = settings;
    this.trunks = trunks;
    TrunkLimits limits = settings.limits();
    this.outbox = new Outbox(limits.queueBytes(), ledger, trunks.levels());
    this.backoff = new Backoff(limits.backoffMinMs(), limits.backoffMaxMs(), settings.random());
    this.turn = settings.random().nextInt(Short.MAX_VALUE);
  }

  NodeAddress address() {
    return address;
  }

  /** The delivery node that has said hello; the last one that has, if the trunk is not open. */
  IncarnationId node() {
    return node;
  }

  /** Whether it was sent something to which the answer may still come. */
  boolean isOwed(long nowMs) {
    return nowMs < owesUntilMs;
  }

  /** Begins to connect, and does not give up until it is closed. */
  void open() {
    assert loop.inEventLoop();
    if (isClosed) {
      return;
    }
    CompletableFuture<List<InetSocketAddress>> resolved =
        CompletableFuture.supplyAsync(this::resolve, settings.resolver());
    var _ =
        resolved.whenComplete(
            (found, failure) ->
                loop.execute(
                    () -> {
                      if (failure == null) {
                        connect(found.get(Math.floorMod(turn++, found.size())));
                      } else {
                        notResolved(failure);
                      }
                    }));
  }

  private List<InetSocketAddress> resolve() {
    try {
      return address.resolveAll();
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
    ledger.clear();
    pause.clear();
    isAt(BrownOut.NONE);
    saidThatSomeWait = false;
    clientsSaidAtMs = progressAtMs - CLIENTS_MS;
    TrunkStream opening = new TrunkStream(this, loop, settings, socketAddress);
    stream = opening;
    opening.start(
        GatewayBatch.newBuilder()
            .setView(trunks.viewNumber())
            .addFrames(
                GatewayFrame.newBuilder()
                    .setHello(
                        GatewayHello.newBuilder()
                            .setVersion(VERSION)
                            .setGateway(settings.gateway())
                            .setProcess(settings.population().process())
                            .setEventLoop(settings.eventLoop())))
            .build());
  }

  /** Whether it would take a sign-up, unless it is full. */
  boolean takesSignUp() {
    return isOpen && !isPassedOver() && outbox.takesSignUp(settings.nowMs().getAsLong());
  }

  /** Whether its node gets no sign-up now, since it sends them back. */
  boolean isPassedOver() {
    return pause.isOn(settings.nowMs().getAsLong());
  }

  /** Its node has sent a sign-up back. What is granted for a line is to go to others meanwhile. */
  void sentBack() {
    long nowMs = settings.nowMs().getAsLong();
    boolean wasOn = pause.isOn(nowMs);
    pause.sentBack(nowMs);
    if (!wasOn && pause.isOn(nowMs)) {
      lineChanged();
      var _ = loop.schedule(this::lineChanged, pause.leftMs(nowMs), TimeUnit.MILLISECONDS);
    }
  }

  /** Its node has carried a sign-up out. */
  void carriedOut() {
    pause.carriedOut();
  }

  /**
   * Takes a frame, to be sent at the end of this tick, or with the next one that is, or when the
   * node grants credit for it.
   *
   * @return false if the trunk is not open, or full, or has no credit for a sign-up
   */
  boolean offer(GatewayFrame frame) {
    assert loop.inEventLoop();
    if (!isOpen || (frame.hasSignUp() && isPassedOver())) {
      return false;
    }
    long nowMs = settings.nowMs().getAsLong();
    if (outbox.isEmpty()) {
      progressAtMs = nowMs;
    }
    long before = outbox.bytes();
    if (!outbox.offer(frame, nowMs)) {
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
    long nowMs = settings.nowMs().getAsLong();
    while (isOpen && to != null && to == stream && outbox.hasReady(nowMs) && to.isReady()) {
      long before = outbox.bytes();
      GatewayBatch.Builder batch = outbox.nextBatch(trunks.viewNumber(), nowMs);
      if (trunks.partFor(this).isPresent()) {
        // Where the line is now: what goes with this has left it.
        countWaiting(nowMs);
        say(batch, nowMs);
      }
      settings.metrics().trunkQueued(outbox.bytes() - before);
      settings.metrics().batchOut(batch.getFramesCount());
      progressAtMs = nowMs;
      owesUntilMs = nowMs + ANSWERS_DUE_MS;
      to.send(batch.build());
    }
    if (isOpen && to != null && to == stream) {
      sayWhatWaits(to, nowMs);
    }
  }

  /** At once when the first begins to wait, and when nothing does any more; else now and then. */
  private void sayWhatWaits(TrunkStream to, long nowMs) {
    boolean isAny = countWaiting(nowMs) || trunks.partFor(this).isPresent();
    boolean isDue = isAny != saidThatSomeWait || (isAny && nowMs - saidAtMs >= DEMAND_MS);
    if (isDue && to.isReady()) {
      GatewayBatch.Builder batch = GatewayBatch.newBuilder().setView(trunks.viewNumber());
      say(batch, nowMs);
      to.send(batch.build());
    }
    if ((isAny || isAny != saidThatSomeWait) && !isLookScheduled) {
      isLookScheduled = true;
      var _ = loop.schedule(this::look, LOOK_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** Whether anything waits for credit. */
  private boolean countWaiting(long nowMs) {
    boolean isAny = false;
    for (int priority = Ledger.SEND; priority < Ledger.CLASSES; priority++) {
      int now = outbox.waiting(priority, nowMs);
      settings.metrics().waitsForCredit(priority, now - waiting[priority]);
      waiting[priority] = now;
      isAny |= now > 0;
    }
    return isAny;
  }

  private void say(GatewayBatch.Builder batch, long nowMs) {
    saidAtMs = nowMs;
    saidThatSomeWait = false;
    Demand.Builder demand = Demand.newBuilder();
    Optional<Part> part = trunks.partFor(this);
    if (part.isPresent()) {
      saidThatSomeWait = true;
      demand.setSignUps(part.get().signUps()).setFirstArrivedMs(part.get().firstArrivedMs());
    }
    for (int priority = Ledger.SEND; priority < Ledger.CLASSES; priority++) {
      if (waiting[priority] > 0) {
        saidThatSomeWait = true;
        demand.addWaiting(Waiting.newBuilder().setPriority(priority).setFrames(waiting[priority]));
      }
    }
    batch.setDemand(demand);
  }

  /** What waits may have waited long enough; the node may have to hear again that it does. */
  private void look() {
    isLookScheduled = false;
    if (!isOpen) {
      return;
    }
    long before = outbox.bytes();
    List<GatewayFrame> expired = outbox.expire(settings.nowMs().getAsLong());
    settings.metrics().trunkQueued(outbox.bytes() - before);
    for (GatewayFrame frame : expired) {
      settings.metrics().shed(Ledger.classOf(frame));
    }
    flush();
    trunks.shed(this, expired);
  }

  /** People begin to stand in line, or others than before, or nobody does any more. */
  void lineChanged() {
    if (isOpen && !isFlushDue) {
      isFlushDue = true;
      tick.flushAtEnd(this);
    }
  }

  /** Cancels a stream that does not get ahead; called every second. */
  void sweep() {
    assert loop.inEventLoop();
    TrunkStream checked = stream;
    if (checked == null) {
      return;
    }
    long nowMs = settings.nowMs().getAsLong();
    if (isOpen && !outbox.hasReady(nowMs)) {
      progressAtMs = nowMs;
    }
    long waitedMs = nowMs - progressAtMs;
    if (!isOpen && waitedMs >= settings.limits().openMs()) {
      abandon(checked, "no DeliveryHello for " + waitedMs + " ms");
    } else if (isOpen && outbox.hasReady(nowMs) && waitedMs >= settings.limits().stuckMs()) {
      settings.metrics().trunkStuck();
      abandon(checked, outbox.bytes() + " bytes waited " + waitedMs + " ms without progress");
    } else if (isOpen && trunks.clients().isPresent() && nowMs - clientsSaidAtMs >= CLIENTS_MS) {
      clientsSaidAtMs = nowMs;
      if (checked.isReady()) {
        checked.send(
            GatewayBatch.newBuilder()
                .setView(trunks.viewNumber())
                .setClients(
                    Clients.newBuilder()
                        .setSessions(trunks.clients().getAsInt())
                        .setTakes(settings.population().takes()))
                .build());
      }
    }
  }

  /** Lost by decision; what the stream still says is not heard. */
  private void abandon(TrunkStream abandoned, String why) {
    ended(abandoned, Optional.empty(), why);
    abandoned.cancel(why);
  }

  /**
   * Sends what it has and does not open again; what comes back is not heard.
   *
   * @return complete when the delivery node has ended the stream too, or at once if it was not open
   */
  CompletableFuture<Void> close() {
    assert loop.inEventLoop();
    flush();
    isClosed = true;
    TrunkStream closing = stream;
    stream = null;
    if (closing == null) {
      return CompletableFuture.completedFuture(null);
    }
    if (!isOpen) {
      closing.cancel("not needed any more");
      return CompletableFuture.completedFuture(null);
    }
    isOpen = false;
    settings.metrics().trunkClosed();
    CompletableFuture<Void> ended = closing.end(settings.limits().openMs());
    trunks.closed(this, neverSent());
    return ended;
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
      } else if (frame.hasView()) {
        heard(frame.getView());
      } else if (frame.hasCredits()) {
        granted(frame.getCredits());
      } else if (frame.hasTier()) {
        if (isOpen) {
          trunks.tier(this, frame.getTier());
        }
      } else if (isOpen) {
        trunks.received(this, frame);
      }
      if (from != stream) {
        return;
      }
    }
  }

  /** Also before the hello, so that a trunk that opens carries no more than it may. */
  private void granted(Credits credits) {
    boolean wasTaken = trunks.takesSignUp();
    ledger.heard(credits, settings.nowMs().getAsLong());
    isAt(ledger.brownOut());
    if (isOpen && !isFlushDue && !outbox.isEmpty()) {
      isFlushDue = true;
      tick.flushAtEnd(this);
    }
    trunks.granted(wasTaken);
  }

  private void isAt(BrownOut now) {
    if (now != brownOut) {
      settings.metrics().brownOut(brownOut, now);
      brownOut = now;
      trunks.brownOutChanged();
    }
  }

  /** What its node does without. */
  BrownOut brownOut() {
    return brownOut;
  }

  private void greeted(TrunkStream from, DeliveryHello hello) {
    if (hello.getVersion() != VERSION) {
      abandon(from, "trunk version: " + hello.getVersion() + " (expected: " + VERSION + ')');
      return;
    }
    if (isOpen) {
      return;
    }
    IncarnationId said;
    try {
      said = IncarnationId.of(hello.getIncarnation().asReadOnlyByteBuffer());
    } catch (IllegalArgumentException e) {
      abandon(from, String.valueOf(e.getMessage()));
      return;
    }
    heard(hello.getView());
    if (from != stream) {
      // By that view nothing is to be had here.
      return;
    }
    if (!trunks.takes(address, said)) {
      abandon(from, "a second trunk to " + said);
      return;
    }
    node = said;
    isOpen = true;
    failures = 0;
    backoff.reset();
    log.info("trunk to {} open, loop {}, incarnation {}", address, settings.eventLoop(), node);
    settings.metrics().trunkOpened();
    trunks.opened(this);
  }

  private void heard(io.breakwater.proto.trunk.View said) {
    try {
      trunks.heard(View.of(said));
    } catch (IllegalArgumentException e) {
      if (!isViewDoubted) {
        isViewDoubted = true;
        log.warn(
            "view from {} ignored, loop {}: {}", address, settings.eventLoop(), e.getMessage());
      }
    }
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
      isAt(BrownOut.NONE);
      settings.metrics().trunkFailed();
    }
    failed(why);
  }

  private void lost() {
    settings.metrics().trunkLost();
    trunks.lost(this, neverSent());
  }

  private List<GatewayFrame> neverSent() {
    for (int priority = Ledger.SEND; priority < Ledger.CLASSES; priority++) {
      settings.metrics().waitsForCredit(priority, -waiting[priority]);
      waiting[priority] = 0;
    }
    settings.metrics().trunkQueued(-outbox.bytes());
    isAt(BrownOut.NONE);
    return outbox.drain();
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
    trunks.failed(address + ": " + why);
    var _ = loop.schedule(this::open, backoff.nextMs(), TimeUnit.MILLISECONDS);
  }
}
