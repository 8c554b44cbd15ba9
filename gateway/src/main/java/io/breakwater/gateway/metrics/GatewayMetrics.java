package io.breakwater.gateway.metrics;

import io.breakwater.common.priority.Priority;
import io.breakwater.gateway.accept.Arrivals;
import io.breakwater.gateway.home.BrownOut;
import io.breakwater.gateway.line.Ticket;
import io.breakwater.gateway.line.WaitingRoom;
import io.breakwater.gateway.line.Work;
import io.breakwater.gateway.rate.Limit;
import io.breakwater.gateway.rate.SharedRates;
import io.breakwater.gateway.returning.Intake;
import io.breakwater.gateway.returning.Returns;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.trunk.Tier;
import io.breakwater.trunk.TrunkTlsMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The meters of a gateway. Any thread; nothing here waits. */
public final class GatewayMetrics {
  private static final Duration[] WAITS = {
    Duration.ofSeconds(1),
    Duration.ofSeconds(3),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(2),
    Duration.ofMinutes(5),
    Duration.ofMinutes(10),
    Duration.ofMinutes(30),
    Duration.ofHours(1)
  };

  private final MeterRegistry registry;

  /** Trunks by the step of their node; not those whose node leaves out nothing. */
  private final Map<BrownOut, AtomicLong> brownOuts = new EnumMap<>(BrownOut.class);

  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong sessions = new AtomicLong();
  private final AtomicLong openTrunks = new AtomicLong();
  private final AtomicLong wantedTrunks = new AtomicLong();
  private final AtomicLong view = new AtomicLong();
  private final AtomicLong trunkQueuedBytes = new AtomicLong();
  private final AtomicLong backlogBytes = new AtomicLong();
  private final AtomicLong acceptsPausedMs = new AtomicLong();
  private final AtomicLong acceptsPerSecond = new AtomicLong();
  private final AtomicLong arrivalsLimit = new AtomicLong();
  private final AtomicLong loopDelayMs = new AtomicLong();
  private final Map<Reason, Counter> refusals;
  private final Map<Limit, Counter> exceeded = new EnumMap<>(Limit.class);
  private final Counter opened;
  private final Counter proxyRefused;
  private final Counter webSocketsOpened;
  private final Counter webSocketsRefused;
  private final Counter handshakesFull;
  private final Counter handshakesResumed;
  private final Counter handshakesFailed;
  private final Counter certificatesTaken;
  private final Counter certificatesRefused;
  private final Counter framesIn;
  private final Counter framesOut;
  private final Counter reattaches;
  private final Counter attachesUnanswered;
  private final Counter unreached;
  private final Counter displaced;
  private final Counter slowConsumers;
  private final Counter unfinishedRefused;
  private final Counter lingersCut;
  private final AtomicLongArray waitingForCredit = new AtomicLongArray(Priority.COUNT);
  private final List<Counter> shed = new ArrayList<>();
  private final Counter trunksFailed;
  private final Counter trunksLost;
  private final Counter trunksStuck;
  private final DistributionSummary batchFramesOut;
  private final DistributionSummary batchFramesIn;
  private final TrunkTlsMeters trunkTls;
  private final Counter rebalanced;
  private final Counter lineFull;
  private final Counter lineSentBack;
  private final Timer lineWaited;
  private final Map<Ticket.Fault, Counter> ticketsRefused;
  private final Counter workDemanded;
  private final Counter workDone;
  private final Map<Work.Fault, Counter> workRefused;

  public GatewayMetrics(MeterRegistry registry) {
    this.registry = registry;
    gauge(registry, "connections", "Open client sockets", connections);
    gauge(registry, "sessions", "Connections whose session is attached at its home", sessions);
    gauge(registry, "trunks.open", "Open trunks, one per event loop and delivery node", openTrunks);
    gauge(registry, "trunks.wanted", "Trunks that should be open", wantedTrunks);
    gauge(registry, "view", "Number of the newest view that is known", view);
    Gauge.builder("breakwater.gateway.trunk.queued", trunkQueuedBytes, AtomicLong::get)
        .baseUnit("bytes")
        .description("Waiting for trunks that are not ready to take more")
        .register(registry);
    opened = counter(registry, "connections.opened", "Client sockets that were accepted");
    proxyRefused =
        counter(
            registry,
            "proxy.refused",
            "Connections closed for want of a PROXY header, or of the right to send one");
    webSocketsOpened =
        counter(registry, "websockets.opened", "Connections that became a WebSocket");
    webSocketsRefused =
        counter(registry, "websockets.refused", "Requests for a WebSocket that were refused");
    handshakesFull = handshakes(registry, "full");
    handshakesResumed = handshakes(registry, "resumed");
    handshakesFailed = handshakes(registry, "failed");
    certificatesTaken = certificates(registry, "taken");
    certificatesRefused = certificates(registry, "refused");
    framesIn = counter(registry, "frames.in", "Frames from clients");
    framesOut = counter(registry, "frames.out", "Frames to clients");
    reattaches =
        counter(
            registry,
            "reattaches",
            "Clients told to send again: attached again, or another home of theirs was lost");
    attachesUnanswered =
        counter(
            registry,
            "attaches.unanswered",
            "Attaches without an answer when their connection was forgotten");
    unreached =
        counter(
            registry,
            "unreached",
            "Connections closed since their home could not be reached for too long");
    displaced =
        counter(
            registry,
            "displaced",
            "Connections that a newer one of the device or of the sign-up displaced");
    slowConsumers =
        counter(registry, "slow.consumers", "Connections closed at the outbound byte limit");
    unfinishedRefused =
        counter(
            registry,
            "unfinished.refused",
            "Connections closed since there was no room for more of an unfinished frame");
    lingersCut =
        counter(
            registry,
            "lingers.cut",
            "Ended connections whose client did not close within the time or bytes it had for that");
    trunksFailed = counter(registry, "trunks.failed", "Attempts that did not open a trunk");
    trunksLost = counter(registry, "trunks.lost", "Open trunks that were lost");
    trunksStuck = counter(registry, "trunks.stuck", "Trunks cancelled by the watchdog");
    batchFramesOut = batches(registry, "out", "Frames per batch to a delivery node");
    batchFramesIn = batches(registry, "in", "Frames per batch from a delivery node");
    Gauge.builder("breakwater.gateway.backlog", backlogBytes, AtomicLong::get)
        .baseUnit("bytes")
        .description("Written to clients and not taken by their sockets")
        .register(registry);
    for (Limit limit : Limit.values()) {
      exceeded.put(
          limit,
          Counter.builder("breakwater.gateway.rates.exceeded")
              .description("What came too fast, and was refused, answered here, or closed")
              .tag("limit", limit.toString())
              .register(registry));
    }
    rebalanced =
        counter(
            registry, "rebalanced", "Clients asked to go elsewhere since other gateways had fewer");
    lineFull =
        counter(
            registry, "line.full", "Sign-ups that found no place in the waiting room, or lost it");
    lineSentBack =
        counter(registry, "line.sent.back", "Sign-ups that a delivery node had no time for");
    lineWaited =
        Timer.builder("breakwater.gateway.line.waited")
            .description(
                "Of sign-ups that waited in line: from coming first until a node took them")
            .serviceLevelObjectives(WAITS)
            .register(registry);
    ticketsRefused =
        counters(
            Ticket.Fault.class,
            "fault",
            "line.tickets.refused",
            "Tickets that kept no place",
            registry);
    workDemanded =
        counter(registry, "line.work.demanded", "Times that a sign-up was asked for work");
    workDone = counter(registry, "line.work.done", "Sign-ups that came with their work done");
    workRefused =
        counters(
            Work.Fault.class,
            "fault",
            "line.work.refused",
            "Work that counted for nothing, or did not come in time",
            registry);
    for (int priority = 0; priority < Priority.COUNT; priority++) {
      ofClass(registry, priority);
    }
    for (BrownOut step : BrownOut.values()) {
      if (step != BrownOut.NONE) {
        AtomicLong trunks = new AtomicLong();
        brownOuts.put(step, trunks);
        Gauge.builder("breakwater.gateway.brown.out", trunks, AtomicLong::get)
            .description("Trunks whose delivery node is at this step of its brown-out ladder")
            .tag("step", step.toString())
            .register(registry);
      }
    }
    trunkTls = new TrunkTlsMeters(registry, "gateway");
    refusals =
        counters(
            Reason.class,
            "reason",
            "refusals",
            "Errors and refused sends that this gateway wrote by itself",
            registry);
  }

  /** One for each constant, by its name. */
  private static <E extends Enum<E>> Map<E, Counter> counters(
      Class<E> kind, String tag, String name, String description, MeterRegistry registry) {
    Map<E, Counter> counters = new EnumMap<>(kind);
    for (E one : EnumSet.allOf(kind)) {
      counters.put(
          one,
          Counter.builder("breakwater.gateway." + name)
              .description(description)
              .tag(tag, one.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    return counters;
  }

  private static <E extends Enum<E>> void count(Map<E, Counter> counters, E one) {
    Counter counter = counters.get(one);
    if (counter != null) {
      counter.increment();
    }
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("breakwater.gateway." + name)
        .description(description)
        .register(registry);
  }

  private void ofClass(MeterRegistry meters, int priority) {
    String number = Integer.toString(priority);
    Gauge.builder("breakwater.gateway.credits.waiting", waitingForCredit, all -> all.get(priority))
        .description("Frames that wait for credit of a delivery node")
        .tag("priority", number)
        .register(meters);
    shed.add(
        Counter.builder("breakwater.gateway.credits.shed")
            .description("Frames that waited for credit too long, and were refused")
            .tag("priority", number)
            .register(meters));
  }

  private static Counter handshakes(MeterRegistry registry, String result) {
    return Counter.builder("breakwater.gateway.tls.handshakes")
        .description("TLS handshakes by how they ended")
        .tag("result", result)
        .register(registry);
  }

  private static Counter certificates(MeterRegistry registry, String result) {
    return Counter.builder("breakwater.gateway.tls.certificates")
        .description("Changes of the certificate files; after a refused one the earlier stays")
        .tag("result", result)
        .register(registry);
  }

  private static void gauge(
      MeterRegistry registry, String name, String description, AtomicLong value) {
    Gauge.builder("breakwater.gateway." + name, value, AtomicLong::get)
        .description(description)
        .register(registry);
  }

  private static DistributionSummary batches(
      MeterRegistry registry, String direction, String description) {
    return DistributionSummary.builder("breakwater.gateway.trunk.batch")
        .baseUnit("frames")
        .tag("direction", direction)
        .description(description)
        .register(registry);
  }

  /** Says which transport the event loops use; once. */
  public void transport(String name) {
    Gauge.builder("breakwater.gateway.transport", () -> 1)
        .description("1, with the transport of the event loops as label")
        .tag("name", name)
        .register(registry);
  }

  /** {@code seconds} is asked for whenever somebody looks. */
  public void certificateExpires(Supplier<Number> seconds) {
    Gauge.builder("breakwater.gateway.tls.certificate.expires", seconds)
        .baseUnit("seconds")
        .description("Until the certificate in use lapses; negative if it has")
        .register(registry);
  }

  /** {@code bytes} is asked for whenever somebody looks. */
  public void buffers(Supplier<Number> bytes) {
    Gauge.builder("breakwater.gateway.buffers", bytes)
        .baseUnit("bytes")
        .description("Direct memory that the allocator of buffers has")
        .register(registry);
  }

  /** {@code bytes} is asked for whenever somebody looks. */
  public void unfinished(Supplier<Number> bytes) {
    Gauge.builder("breakwater.gateway.unfinished", bytes)
        .baseUnit("bytes")
        .description("Taken by frames of clients whose end has not come")
        .register(registry);
  }

  /** Shows who arrives; once. */
  public void arrivals(Arrivals arrivals) {
    Gauge.builder("breakwater.gateway.arrivals", arrivals, Arrivals::underWay)
        .description("Connections that are accepted and not answered yet")
        .register(registry);
    Gauge.builder("breakwater.gateway.arrivals.unheard", arrivals, Arrivals::unheard)
        .description("Those of them that have not said what they want")
        .register(registry);
    for (Arrivals.End end : Arrivals.End.values()) {
      FunctionCounter.builder("breakwater.gateway.arrivals.ended", arrivals, all -> all.ended(end))
          .description("Arrivals by how they ended")
          .tag("end", end.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    gauge(registry, "arrivals.limit", "Arrivals that may be under way", arrivalsLimit);
    gauge(registry, "accepts.rate", "Accepts that are allowed per second", acceptsPerSecond);
    gauge(registry, "loops.delay.ms", "How late the latest event loop was", loopDelayMs);
    FunctionCounter.builder(
            "breakwater.gateway.accepts.paused", acceptsPausedMs, ms -> ms.get() / 1_000.0)
        .baseUnit("seconds")
        .description("How long the gateway did not accept")
        .register(registry);
  }

  /** What accept control says now. */
  public void accepts(double perSecond, int underWay, double delayMs) {
    acceptsPerSecond.set((long) perSecond);
    arrivalsLimit.set(underWay);
    loopDelayMs.set((long) delayMs);
  }

  /** Accepts that are allowed per second. */
  public double acceptsPerSecond() {
    return acceptsPerSecond.get();
  }

  public void acceptsPaused(long ms) {
    acceptsPausedMs.addAndGet(ms);
  }

  /** {@code bytes} may be negative. */
  public void backlog(long bytes) {
    backlogBytes.addAndGet(bytes);
  }

  /** Shows how crowded the tables are; once. */
  public void ratesCrowded(SharedRates rates) {
    FunctionCounter.builder("breakwater.gateway.rates.crowded", rates, SharedRates::crowded)
        .description("Rows of rate tables that a newcomer took over with what they owed")
        .register(registry);
  }

  /** Shows who waits; once. */
  public void line(WaitingRoom room) {
    Gauge.builder("breakwater.gateway.line.length", room, WaitingRoom::waiting)
        .description("Sign-ups that wait in line")
        .register(registry);
    Gauge.builder("breakwater.gateway.line.work.bits", room, WaitingRoom::workBits)
        .description("Zero bits that a sign-up that comes now has to find; 0: it is not asked to")
        .register(registry);
    Gauge.builder("breakwater.gateway.line.estimate", room, all -> all.estimateMs() / 1_000.0)
        .baseUnit("seconds")
        .description("How long a sign-up that comes now is likely to wait")
        .register(registry);
  }

  public void rebalanced() {
    rebalanced.increment();
  }

  /**
   * Each is asked for whenever somebody looks.
   *
   * @param tier what delivery nodes said within seconds
   * @param futile event loops that found it futile to ask sessions to go
   */
  public void tier(Supplier<Optional<Tier>> tier, Supplier<Number> futile) {
    tier("gateways", "Gateways that are ready, as delivery nodes say", tier, Tier::getGateways);
    tier("sessions", "Sessions of all of them together", tier, Tier::getSessions);
    Gauge.builder("breakwater.gateway.rebalance.futile", futile)
        .description("Event loops whose clients do not go where fewer are: they ask rarely")
        .register(registry);
  }

  /** Not a number where nothing is known. */
  private void tier(
      String what,
      String description,
      Supplier<Optional<Tier>> tier,
      ToDoubleFunction<Tier> figure) {
    Gauge.builder(
            "breakwater.gateway.tier." + what,
            () -> tier.get().stream().mapToDouble(figure).findAny().orElse(Double.NaN))
        .description(description)
        .register(registry);
  }

  /** Shows when clients are told to come back; once. */
  public void returns(List<Returns> loops) {
    returns("connections", loops.stream().map(Returns::connections).toList());
    returns("sends", loops.stream().map(Returns::sends).toList());
  }

  private void returns(String kind, List<Intake> loops) {
    Gauge.builder(
            "breakwater.gateway.return.window",
            loops,
            all -> all.stream().mapToInt(loop -> loop.figures().windowMs()).max().orElse(0))
        .baseUnit("milliseconds")
        .description("Width of the window over which clients are told to come back now")
        .tag("kind", kind)
        .register(registry);
    Gauge.builder(
            "breakwater.gateway.return.herd",
            loops,
            all -> all.stream().mapToLong(loop -> loop.figures().herd()).sum())
        .description("Clients that were told to come back, and are not due yet")
        .tag("kind", kind)
        .register(registry);
    Gauge.builder(
            "breakwater.gateway.accept.rate",
            loops,
            all -> all.stream().mapToDouble(loop -> loop.figures().perSecond()).sum())
        .description("What can be taken in a second, from what was")
        .tag("kind", kind)
        .register(registry);
  }

  /** Client sockets since the start. */
  public double opened() {
    return opened.count();
  }

  /** Each is asked for whenever somebody looks. */
  public void scale(
      Supplier<Number> busy,
      Supplier<Number> delayMs,
      Supplier<Number> accepts,
      Supplier<Number> load,
      Supplier<Number> recommended) {
    Gauge.builder("breakwater.gateway.loop.busy", busy)
        .description("The part of the last minute in which event loops had a processor, 0..1")
        .register(registry);
    Gauge.builder("breakwater.gateway.loop.delay", delayMs)
        .baseUnit("milliseconds")
        .description("How late the slowest event loop does what it is asked, mean of 10 s")
        .register(registry);
    Gauge.builder("breakwater.gateway.accepted", accepts)
        .description("Client sockets accepted a second, mean of 10 s")
        .register(registry);
    Gauge.builder("breakwater.gateway.load", load)
        .description("How many gateways the work of this one needs")
        .register(registry);
    Gauge.builder("breakwater.gateway.recommended", recommended)
        .description("How many gateways there should be, if the others are as busy as this one")
        .register(registry);
  }

  /** {@code levers} is asked for whenever somebody looks. */
  public void leversMoved(Supplier<Number> levers) {
    Gauge.builder("breakwater.gateway.levers.moved", levers)
        .description("Levers that are not what they were at the start")
        .register(registry);
  }

  /** The node of a trunk is at another step of its brown-out ladder. */
  public void brownOut(BrownOut before, BrownOut now) {
    moreTrunksAt(before, -1);
    moreTrunksAt(now, 1);
  }

  private void moreTrunksAt(BrownOut step, int more) {
    AtomicLong trunks = brownOuts.get(step);
    if (trunks != null) {
      trunks.addAndGet(more);
    }
  }

  public void lineFull() {
    lineFull.increment();
  }

  public void lineSentBack() {
    lineSentBack.increment();
  }

  public void lineWaited(long ms) {
    lineWaited.record(ms, TimeUnit.MILLISECONDS);
  }

  public void workDemanded() {
    workDemanded.increment();
  }

  public void workDone() {
    workDone.increment();
  }

  public void workRefused(Work.Fault fault) {
    count(workRefused, fault);
  }

  public void ticketRefused(Ticket.Fault fault) {
    count(ticketsRefused, fault);
  }

  public void exceeded(Limit limit) {
    count(exceeded, limit);
  }

  public void certificateTaken() {
    certificatesTaken.increment();
  }

  public void certificateRefused() {
    certificatesRefused.increment();
  }

  public void proxyRefused() {
    proxyRefused.increment();
  }

  public void webSocketOpened() {
    webSocketsOpened.increment();
  }

  public void webSocketRefused() {
    webSocketsRefused.increment();
  }

  public void handshakeFull() {
    handshakesFull.increment();
  }

  public void handshakeResumed() {
    handshakesResumed.increment();
  }

  public void handshakeFailed() {
    handshakesFailed.increment();
  }

  public void connectionOpened() {
    opened.increment();
    connections.incrementAndGet();
  }

  /** So many more sessions are attached than before; may be negative. */
  public void sessions(long more) {
    sessions.addAndGet(more);
  }

  public void connectionClosed() {
    connections.decrementAndGet();
  }

  public void frameIn() {
    framesIn.increment();
  }

  public void frameOut() {
    framesOut.increment();
  }

  public void refused(Reason reason) {
    count(refusals, reason);
  }

  public void reattached() {
    reattaches.increment();
  }

  public void attachUnanswered() {
    attachesUnanswered.increment();
  }

  public void unreachedClosed() {
    unreached.increment();
  }

  public void displaced() {
    displaced.increment();
  }

  public void slowConsumerClosed() {
    slowConsumers.increment();
  }

  public void unfinishedRefused() {
    unfinishedRefused.increment();
  }

  public void lingerCut() {
    lingersCut.increment();
  }

  /** An attempt ended before the delivery node had said hello. */
  public void trunkFailed() {
    trunksFailed.increment();
  }

  public void trunkOpened() {
    openTrunks.incrementAndGet();
  }

  public void trunkLost() {
    openTrunks.decrementAndGet();
    trunksLost.increment();
  }

  /** An open one was given up. */
  public void trunkClosed() {
    openTrunks.decrementAndGet();
  }

  /** {@code change} may be negative. */
  public void trunksWanted(int change) {
    wantedTrunks.addAndGet(change);
  }

  /** An event loop has learned a view; others may know a newer one. */
  public void view(long number) {
    view.accumulateAndGet(number, Math::max);
  }

  public void trunkStuck() {
    trunksStuck.increment();
  }

  /** Those of the trunks' TLS. */
  public TrunkTlsMeters trunkTls() {
    return trunkTls;
  }

  /** {@code bytes} may be negative. */
  public void trunkQueued(long bytes) {
    trunkQueuedBytes.addAndGet(bytes);
  }

  /** So many more frames of a class wait for credit; may be negative. */
  public void waitsForCredit(int priority, int change) {
    if (change != 0) {
      waitingForCredit.addAndGet(priority, change);
    }
  }

  /** A frame of a class has waited for credit too long. */
  public void shed(int priority) {
    shed.get(priority).increment();
  }

  public void batchOut(int frames) {
    batchFramesOut.record(frames);
  }

  public void batchIn(int frames) {
    batchFramesIn.record(frames);
  }
}
