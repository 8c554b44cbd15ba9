package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.priority.Priority;
import io.breakwater.common.scale.Scale;
import io.breakwater.delivery.credit.CreditFigures;
import io.breakwater.delivery.lane.LaneStats;
import io.breakwater.delivery.membership.Standing;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.storage.StorageException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every meter of a node, named in one place. The lanes count without synchronization; {@link
 * #update} copies their figures once a second, on their threads.
 */
final class NodeMetrics {
  private static final Logger log = LoggerFactory.getLogger(NodeMetrics.class);
  private static final long LOG_EVERY_NS = TimeUnit.SECONDS.toNanos(30);

  /** A figure of each lane: shown as the sum. */
  private record Figure(ToLongFunction<LaneStats> read, AtomicLongArray perLane) {
    long sum() {
      long sum = 0;
      for (int i = 0; i < perLane.length(); i++) {
        sum += perLane.get(i);
      }
      return sum;
    }
  }

  private final MeterRegistry registry;
  private final List<Figure> figures = new ArrayList<>();
  private final AtomicLongArray queued;
  private final AtomicLongArray healthy;
  private final ConcurrentMap<String, Counter> failures = new ConcurrentHashMap<>();
  private final Counter forwards;
  private final Counter recoveries;
  private final Counter cut;
  private final AtomicLong failuresSinceLog = new AtomicLong();
  private final AtomicReference<String> lastFailure = new AtomicReference<>("");

  /** Of the node's thread: the last line about failures. */
  private long loggedAtNs = System.nanoTime() - LOG_EVERY_NS;

  NodeMetrics(
      MeterRegistry registry,
      IncarnationId incarnation,
      int lanes,
      TrunkRegistry trunks,
      Grantor grantor,
      Supplier<Standings> standings,
      Supplier<Number> members,
      Supplier<Number> unseen) {
    this.registry = registry;
    queued = new AtomicLongArray(lanes);
    healthy = new AtomicLongArray(lanes);
    counter("messages.accepted", "Messages that were given an id", lanes, s -> s.accepted);
    counter("sends.duplicate", "Attempts to send an origin in memory", lanes, s -> s.duplicates);
    counter(
        "sends.duplicate.stored",
        "Attempts to send an origin that only its row knew",
        lanes,
        s -> s.duplicatesFromRows);
    counter("sends.retried", "Attempts marked as retries", lanes, s -> s.retries);
    counter("sends.resend", "Attempts answered with resend-from", lanes, s -> s.resends);
    counter("sends.refused", "Attempts refused", lanes, s -> s.refused);
    counter("entries.published", "Entries that became visible", lanes, s -> s.published);
    counter("entries.delivered", "Entries sent to sessions", lanes, s -> s.delivered);
    counter(
        "entries.recovered",
        "Entries taken over from earlier owners of shards: handed over by them, or recovered",
        lanes,
        s -> s.recovered);
    counter("handoffs", "Entries that other nodes have taken over", lanes, s -> s.handedOff);
    counter(
        "gains.awaited",
        "Inputs that waited for a shard that was gained, or for a view",
        lanes,
        s -> s.gainsAwaited);
    counter(
        "sessions.redelivered", "Sessions fed again without an ack", lanes, s -> s.redeliveries);
    counter("sessions.held", "Feedings put off by a full trunk", lanes, s -> s.heldBack);
    counter("sessions.displaced", "Sessions ended by a newer one", lanes, s -> s.displaced);
    counter("reads.origins", "Lookups of origin rows", lanes, s -> s.originLookups);
    counter("reads.mailbox", "Reads of mailbox rows", lanes, s -> s.mailboxReads);
    counter("reads.devices", "Reads of a user's devices", lanes, s -> s.deviceReads);
    gauge("sessions", "Attached sessions", lanes, s -> s.sessions);
    gauge("mailboxes", "Mailboxes in memory", lanes, s -> s.mailboxes);
    gauge("tail.entries", "Unsettled entries in memory", lanes, s -> s.tailEntries);
    gauge("tail.bytes", "Bytes of unsettled entries", lanes, s -> s.tailBytes);
    gauge(
        "waiting.bytes",
        "Payload bytes of inputs that wait for a read",
        lanes,
        s -> s.waitingBytes);
    gauge("origins", "Origins in memory", lanes, s -> s.knownOrigins);
    gauge("journal.backlog", "Blocks that may be unsettled", lanes, s -> s.journalBacklog);
    Gauge.builder("breakwater.delivery.view", () -> standings.get().view())
        .description("Number of the newest view that is known here")
        .register(registry);
    Gauge.builder("breakwater.delivery.members", members)
        .description("Delivery nodes in that view")
        .register(registry);
    Gauge.builder("breakwater.delivery.join.unseen", unseen)
        .description(
            "Members that keep this node from joining: it does not see them, and they live")
        .register(registry);
    Gauge.builder("breakwater.delivery.incarnation", () -> 1)
        .description("1, with this start's id as label")
        .tag("id", incarnation.toString())
        .register(registry);
    for (Standing standing : List.of(Standing.HOME, Standing.GAINING)) {
      Gauge.builder("breakwater.delivery.shards", () -> standings.get().count(standing))
          .description("Shards whose home this node is, or will be once others have released them")
          .tag("standing", standing.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    forwards =
        Counter.builder("breakwater.delivery.forwards")
            .description("Messages passed on to another node, which is their home")
            .register(registry);
    cut =
        Counter.builder("breakwater.delivery.journal.cut")
            .description(
                "Blocks that recovery left out, since they follow one that was never written")
            .register(registry);
    recoveries =
        Counter.builder("breakwater.delivery.recoveries")
            .description("Dead incarnations that this node has recovered")
            .register(registry);
    Gauge.builder("breakwater.delivery.trunks", trunks, TrunkRegistry::size)
        .description("Open trunks")
        .register(registry);
    Gauge.builder("breakwater.delivery.trunks.queued.bytes", trunks, TrunkRegistry::queuedBytes)
        .description("Bytes that wait for gateways to read them")
        .register(registry);
    FunctionCounter.builder("breakwater.delivery.trunks.cut", trunks, TrunkRegistry::cuts)
        .description("Trunks ended since their gateway did not read")
        .register(registry);
    credits(grantor);
    scale(grantor, members);
    Gauge.builder("breakwater.delivery.lane.queue", queued, NodeMetrics::sum)
        .description("Inputs that wait for a lane")
        .register(registry);
    Gauge.builder("breakwater.delivery.lanes.healthy", healthy, NodeMetrics::sum)
        .description("Lanes that accept messages as far as storage is concerned")
        .register(registry);
  }

  private void credits(Grantor grantor) {
    for (int priority = Priority.SEND.number; priority < Priority.COUNT; priority++) {
      int of = priority;
      ofClass("delay.ms", of, "Mean wait in the last window", grantor, f -> f.waitMs());
      ofClass("delay.high.ms", of, "Its 99th percentile", grantor, f -> f.highMs());
      ofClass("credits.pool", of, "What may be under way", grantor, f -> f.pool());
      ofClass("credits.used", of, "What is under way", grantor, f -> f.underWay());
      ofClass(
          "credits.wanted",
          of,
          "Frames that wait for credit at gateways, sign-ups in line included",
          grantor,
          f -> f.wanted());
      counterOfClass("credits.granted", of, "Credits granted", grantor, f -> f.granted());
      counterOfClass("credits.spent", of, "Frames that came", grantor, f -> f.spent());
      counterOfClass(
          "credits.starved",
          of,
          "Rounds of grants in which somebody waited and nothing was left",
          grantor,
          f -> f.starved());
    }
    figure("delay.calm.ms", "What sends take when nobody presses", grantor, f -> f.calmMs());
    figure(
        "delay.target.ms",
        "When sends take longer, other classes yield",
        grantor,
        f -> f.sendTargetMs());
    figure("capacity", "The most work done in a second, in messages", grantor, f -> f.capacity());
    figure(
        "saturated",
        "1 while sign-ups are held to a quarter of the capacity",
        grantor,
        f -> f.isSaturated() ? 1 : 0);
    FunctionCounter.builder(
            "breakwater.delivery.delay.calm.probes", grantor, g -> g.figures().calmProbes())
        .description("How often sign-ups stood back for a second, so that calm could be measured")
        .register(registry);
    figure("credits.trunks", "Trunks that are granted credits", grantor, f -> f.trunks());
    figure(
        "brown.out",
        "The step of the brown-out ladder: 0 none, 6 sends by level",
        grantor,
        f -> f.brownOut().number());
    brownOutMoves("up", grantor, f -> f.brownOutUps());
    brownOutMoves("down", grantor, f -> f.brownOutDowns());
    figure(
        "signups.writes.limit",
        "Conditional writes of sign-ups that may be under way",
        grantor,
        f -> f.signUpWrites());
  }

  private void scale(Grantor grantor, Supplier<Number> members) {
    Gauge.builder("breakwater.delivery.lanes.busy", grantor, Grantor::busy)
        .description("The part of the last minute in which lanes were awake, 0..1")
        .register(registry);
    Gauge.builder("breakwater.delivery.load", () -> load(grantor))
        .description("How many delivery nodes the work of this one needs")
        .register(registry);
    Gauge.builder(
            "breakwater.delivery.recommended",
            () -> Scale.recommended(Math.max(1, members.get().intValue()), load(grantor)))
        .description("How many delivery nodes there should be, if the others are as busy")
        .register(registry);
  }

  /** A node that is late though its lanes are idle waits for storage: more nodes would not help. */
  private static double load(Grantor grantor) {
    return Scale.load(grantor.busy(), false);
  }

  private void brownOutMoves(
      String direction, Grantor grantor, ToDoubleFunction<CreditFigures> read) {
    FunctionCounter.builder(
            "breakwater.delivery.brown.out.moves", grantor, g -> read.applyAsDouble(g.figures()))
        .description("Moves of the brown-out ladder since the start")
        .tag("direction", direction)
        .register(registry);
  }

  private void figure(
      String name, String what, Grantor grantor, ToDoubleFunction<CreditFigures> read) {
    Gauge.builder("breakwater.delivery." + name, grantor, g -> read.applyAsDouble(g.figures()))
        .description(what)
        .register(registry);
  }

  private void ofClass(
      String name,
      int priority,
      String what,
      Grantor grantor,
      ToDoubleFunction<CreditFigures.OfClass> read) {
    Gauge.builder(
            "breakwater.delivery." + name,
            grantor,
            g -> read.applyAsDouble(g.figures().of(priority)))
        .description(what)
        .tag("priority", Integer.toString(priority))
        .register(registry);
  }

  private void counterOfClass(
      String name,
      int priority,
      String what,
      Grantor grantor,
      ToDoubleFunction<CreditFigures.OfClass> read) {
    FunctionCounter.builder(
            "breakwater.delivery." + name,
            grantor,
            g -> read.applyAsDouble(g.figures().of(priority)))
        .description(what)
        .tag("priority", Integer.toString(priority))
        .register(registry);
  }

  private static double sum(AtomicLongArray values) {
    long sum = 0;
    for (int i = 0; i < values.length(); i++) {
      sum += values.get(i);
    }
    return sum;
  }

  private void counter(String name, String what, int lanes, ToLongFunction<LaneStats> read) {
    Figure figure = new Figure(read, new AtomicLongArray(lanes));
    figures.add(figure);
    FunctionCounter.builder("breakwater.delivery." + name, figure, Figure::sum)
        .description(what)
        .register(registry);
  }

  private void gauge(String name, String what, int lanes, ToLongFunction<LaneStats> read) {
    Figure figure = new Figure(read, new AtomicLongArray(lanes));
    figures.add(figure);
    Gauge.builder("breakwater.delivery." + name, figure, Figure::sum)
        .description(what)
        .register(registry);
  }

  /** On the lane's thread. */
  void update(int lane, LaneStats stats, int inputs, boolean isHealthy) {
    for (Figure figure : figures) {
      figure.perLane.set(lane, figure.read.applyAsLong(stats));
    }
    queued.set(lane, inputs);
    healthy.set(lane, isHealthy ? 1 : 0);
  }

  void forwarded() {
    forwards.increment();
  }

  /**
   * An incarnation is recovered.
   *
   * @param blocksCut that were left out of its journals
   */
  void recovered(int blocksCut) {
    recoveries.increment();
    cut.increment(blocksCut);
  }

  /** Counted each time; {@link #sayFailures} logs. Any thread. */
  void storageFailed(String what, Throwable failure) {
    failures
        .computeIfAbsent(
            what,
            key ->
                Counter.builder("breakwater.delivery.storage.failures")
                    .description("Storage requests that did not succeed")
                    .tag("request", key)
                    .register(registry))
        .increment();
    log.debug("{}", what, failure);
    lastFailure.set(
        what + ": " + (failure instanceof StorageException ? failure.getMessage() : failure));
    failuresSinceLog.incrementAndGet();
  }

  /** One line for all failures since the last one, once per interval. On the node's thread. */
  void sayFailures() {
    long now = System.nanoTime();
    if (failuresSinceLog.get() == 0 || now - loggedAtNs < LOG_EVERY_NS) {
      return;
    }
    loggedAtNs = now;
    log.warn(
        "{} storage requests failed, and are made again where they must be; nothing is accepted that is not"
            + " written. The last: {}",
        failuresSinceLog.getAndSet(0),
        lastFailure.get());
  }
}
