package io.breakwater.gateway.socket;

import io.breakwater.gateway.accept.AcceptLimits;
import io.breakwater.gateway.accept.Arrivals;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The production gate on virtual time, before it the kernel's queue, and two kinds of clients:
 * newcomers who say hello, and sockets that never say a word. One event loop does everything. The
 * kernel does not hear a SYN for which its queue is full; a newcomer's is sent again after 1, 3 and
 * 7 s, and it gives up after ten.
 */
final class SilentFlood {
  private static final int BACKLOG = 4_096;
  private static final double PATIENCE_MS = 10_000;
  private static final double[] SYN_AT_MS = {0, 1_000, 3_000, 7_000};

  /** The first frame has to be there by then. */
  private static final double FIRST_FRAME_MS = 8_000;

  private static final double ACCEPT_MS = 0.02;
  private static final double OPEN_MS = 0.03;
  private static final double HELLO_MS = 0.3;

  /** A home takes so long to answer. */
  private static final double HOME_MS = 5;

  /** Of newcomers: their hello comes in two parts, a second apart. */
  private static final double SLOW = 0.1;

  private record Event(double atMs, long order, Runnable what) {}

  /** Somebody whose SYN comes then. */
  private record Caller(double cameAtMs, boolean isSilent, boolean isSlow) {}

  /** A caller that was accepted. */
  private static final class Client {
    final double cameAtMs;
    final boolean isSilent;
    final boolean isSlow;
    final EmbeddedChannel socket;
    boolean isServed;

    Client(Caller caller, EmbeddedChannel socket) {
      this.cameAtMs = caller.cameAtMs();
      this.isSilent = caller.isSilent();
      this.isSlow = caller.isSlow();
      this.socket = socket;
    }

    boolean isOpen() {
      return socket.isOpen();
    }

    Arrival arrival() {
      return socket.pipeline().get(Arrival.class);
    }
  }

  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel listener = EmbeddedChannel.builder().ticker(ticker).build();
  private final SplittableRandom random = new SplittableRandom(11);
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::atMs).thenComparingLong(Event::order));
  private final Deque<Caller> kernel = new ArrayDeque<>();
  private final Queue<Runnable> ready = new ArrayDeque<>();

  /** Accepted and not answered, the oldest first: of them some may be asked to make room. */
  private final Deque<Client> silent = new ArrayDeque<>();

  private final List<Client> begun = new ArrayList<>();
  private final double rttMs;
  private double openMs = OPEN_MS;
  private long order;

  /** Newcomers. */
  int came;

  int served;
  int crowdedOut;
  double waitedMs;

  /** Of those who are there already. */
  private final List<Double> talkWaits = new ArrayList<>();

  /** Of all clients. */
  int accepted;

  int mostKept;
  private final AcceptGate gate;

  SilentFlood(AcceptLimits limits, double rttMs) {
    this.rttMs = rttMs;
    gate =
        new AcceptGate(
            listener.eventLoop(),
            List.of(),
            () -> limits,
            new GatewayMetrics(new SimpleMeterRegistry()));
    listener.pipeline().addLast(gate);
    listener.pipeline().fireChannelActive();
  }

  private double nowMs() {
    return (ticker.nanoTime() - ticker.initialNanoTime()) / 1e6;
  }

  private void take(double ms) {
    ticker.advance((long) (ms * 1e6), TimeUnit.NANOSECONDS);
  }

  private void at(double atMs, Runnable what) {
    events.add(new Event(atMs, order++, what));
  }

  /** So many come per second, each on its own. */
  void come(boolean isSilent, double perSecond, double fromMs, double untilMs) {
    double at = fromMs;
    while (at < untilMs) {
      Caller caller = new Caller(at, isSilent, !isSilent && random.nextDouble() < SLOW);
      at(
          at,
          () -> {
            came += isSilent ? 0 : 1;
            syn(caller, 1);
          });
      at -= Math.log(1 - random.nextDouble()) * 1_000 / perSecond;
    }
  }

  /** Whoever is accepted before then costs so much, as with a handshake that comes to nothing. */
  void handshakes(double eachMs, double untilMs) {
    openMs = eachMs;
    at(untilMs, () -> openMs = OPEN_MS);
  }

  /** Those who are there already have the event loop, for so long each time. */
  void talk(double eachMs, double forMs, double untilMs) {
    for (double at = 0; at < untilMs; at += eachMs) {
      double sentAt = at;
      at(
          at,
          () ->
              ready.add(
                  () -> {
                    talkWaits.add(nowMs() - sentAt);
                    take(forMs);
                  }));
    }
  }

  private void syn(Caller caller, int next) {
    if (kernel.size() < BACKLOG) {
      kernel.add(caller);
    } else if (!caller.isSilent() && next < SYN_AT_MS.length) {
      at(caller.cameAtMs() + SYN_AT_MS[next], () -> syn(caller, next + 1));
    }
  }

  void run(double untilMs) {
    while (nowMs() < untilMs) {
      happen();
      listener.runScheduledPendingTasks();
      makeRoom();
      List<Runnable> round = new ArrayList<>(ready);
      ready.clear();
      round.forEach(Runnable::run);
      int taken = accept();
      if (round.isEmpty() && taken == 0) {
        // To the next event, or the next millisecond, in which the gate may look.
        double next = Math.floor(nowMs()) + 1;
        take(Math.max(0.001, Math.min(next, nextAtMs(next)) - nowMs()));
      }
      mostKept = Math.max(mostKept, gate.kept());
    }
    listener.finishAndReleaseAll();
  }

  private double nextAtMs(double otherwise) {
    return events.isEmpty() ? otherwise : events.element().atMs();
  }

  private void happen() {
    while (!events.isEmpty() && events.element().atMs() <= nowMs()) {
      events.remove().what().run();
    }
  }

  /** As many in a row as the gate lets the listener read. */
  private int accept() {
    int most =
        listener.config().getRecvByteBufAllocator()
                instanceof MaxMessagesRecvByteBufAllocator accepts
            ? accepts.maxMessagesPerRead()
            : 1;
    int taken = 0;
    while (taken < most && !kernel.isEmpty() && listener.config().isAutoRead()) {
      Caller caller = kernel.remove();
      taken++;
      take(ACCEPT_MS);
      if (!caller.isSilent() && nowMs() - caller.cameAtMs() >= PATIENCE_MS) {
        continue;
      }
      accepted++;
      Client client = new Client(caller, EmbeddedChannel.builder().ticker(ticker).build());
      listener.pipeline().fireChannelRead(client.socket);
      listener.releaseInbound();
      opened(client);
    }
    return taken;
  }

  private void opened(Client client) {
    client.arrival().onCrowdedOut(() -> crowdedOut += client.isSilent ? 0 : 1);
    ready.add(() -> client.arrival().working(listener.eventLoop(), () -> take(openMs)));
    silent.add(client);
    if (client.isSilent) {
      at(
          nowMs() + FIRST_FRAME_MS,
          () -> {
            var _ = client.socket.close();
          });
      return;
    }
    // What was sent while it waited in the kernel's queue is there.
    double speaksAtMs = Math.max(nowMs(), client.cameAtMs + rttMs);
    at(speaksAtMs, () -> ready.add(() -> begins(client)));
    if (client.isSlow) {
      at(speaksAtMs + 1_000, () -> ready.add(() -> saysHello(client)));
    }
  }

  private void begins(Client client) {
    if (!client.isOpen()) {
      return;
    }
    client.arrival().begun();
    begun.add(client);
    if (!client.isSlow) {
      saysHello(client);
    }
  }

  private void saysHello(Client client) {
    if (!client.isOpen()) {
      return;
    }
    Arrival arrival = client.arrival();
    arrival.working(listener.eventLoop(), () -> take(HELLO_MS));
    arrival.heard();
    begun.remove(client);
    at(
        nowMs() + HOME_MS,
        () -> {
          arrival.over(Arrivals.End.SERVED);
          client.isServed = true;
          served++;
          waitedMs += nowMs() - client.cameAtMs;
        });
  }

  /** Those who were asked to are the oldest; they do as their event loop says. */
  private void makeRoom() {
    while (!silent.isEmpty()) {
      Client oldest = silent.element();
      oldest.socket.runPendingTasks();
      if (oldest.isOpen() && !oldest.isServed && !begun.contains(oldest)) {
        break;
      }
      silent.remove();
    }
    for (Client one : List.copyOf(begun)) {
      one.socket.runPendingTasks();
      if (!one.isOpen()) {
        begun.remove(one);
      }
    }
  }

  /** Of newcomers. */
  double share() {
    return (double) served / came;
  }

  double meanWaitMs() {
    return waitedMs / served;
  }

  /** Of those who are there already, ms: 99 of 100 wait no longer. */
  double talkWaitP99Ms() {
    return talkWaits.stream().sorted().toList().get(talkWaits.size() * 99 / 100);
  }

  @Override
  public String toString() {
    return String.format(
        "came %d served %d (%.3f) crowded out %d, mean wait %.1f ms; accepted %d; kept %d; talk p99 %.1f ms",
        came, served, share(), crowdedOut, meanWaitMs(), accepted, mostKept, talkWaitP99Ms());
  }
}
