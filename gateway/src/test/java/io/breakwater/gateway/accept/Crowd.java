package io.breakwater.gateway.accept;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;

/**
 * An event loop, the kernel's queue before it, and clients that give up after ten seconds and come
 * again, on virtual time. The kernel does as Linux does: where the queue is full it does not hear a
 * SYN, which the client's kernel sends again after 1, 3 and 7 s; a client that has given up stays
 * in the queue.
 */
final class Crowd {
  private static final double PATIENCE_MS = 10_000;
  private static final double[] SYN_AT_MS = {0, 1_000, 3_000, 7_000};
  private static final int ACCEPTS_IN_A_ROW = 16;
  private static final int TICK_MS = 20;

  /**
   * Of the gateway, ms.
   *
   * @param handshakeMs first, once the client's first bytes are there
   * @param helloMs a round trip later
   * @param acceptMs of any socket, also one that is gone
   * @param quota part of a processor that it has; the kernel stops it for the rest of each 100 ms
   * @param isPeerLookedFor whether a socket that is gone is closed before anything is done for it
   */
  record Gateway(
      double handshakeMs, double helloMs, double acceptMs, double quota, boolean isPeerLookedFor) {
    /** Arrivals per second that it could take if it did nothing else. */
    double capacity() {
      return quota * 1_000 / (handshakeMs + helloMs + acceptMs);
    }
  }

  private record Event(double atMs, long order, Runnable what) {}

  private static final class Client {
    final double cameAtMs;
    boolean isAnswered;
    int slot;

    Client(double cameAtMs) {
      this.cameAtMs = cameAtMs;
    }

    boolean isGone(double nowMs) {
      return nowMs >= cameAtMs + PATIENCE_MS;
    }
  }

  private record Work(double costMs, boolean isOfArrival, Runnable then) {}

  private final Gateway gateway;
  private final double rttMs;
  private final AcceptControl control;
  private final boolean isControlled;
  private final SplittableRandom random = new SplittableRandom(7);
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::atMs).thenComparingLong(Event::order));
  private final Deque<Client> kernel = new ArrayDeque<>();
  private final Queue<Work> ready = new ArrayDeque<>();

  private final List<Double> waits = new ArrayList<>();

  private final AcceptLimits limits;
  private double nowMs;
  private double usedMs;
  private double period;
  private long order;
  private long tickDueMs = TICK_MS;
  private double late;
  private int ticks;
  private long steeredAtMs;
  private long workedNanos;
  private long workedBefore;
  private final Arrivals arrivals = new Arrivals();

  /** Answered before their client gave up. */
  long welcomed;

  Crowd(Gateway gateway, double rttMs, AcceptLimits limits, boolean isControlled) {
    this.gateway = gateway;
    this.rttMs = rttMs;
    this.limits = limits;
    this.control = new AcceptControl(limits, 0);
    this.isControlled = isControlled;
  }

  /** So many come per second, each on its own, from now on. */
  void come(double perSecond, double untilMs) {
    double at = 0;
    while (at < untilMs) {
      double cameAt = at;
      at(cameAt, () -> connect(cameAt));
      at -= Math.log(1 - random.nextDouble()) * 1_000 / perSecond;
    }
  }

  /** Those who are there send so many messages per second. */
  void talk(double perSecond, double costMs, double untilMs) {
    for (double at = 0; at < untilMs; at += 1_000 / perSecond) {
      double sentAt = at;
      at(sentAt, () -> ready.add(new Work(costMs, false, () -> waits.add(nowMs - sentAt))));
    }
  }

  private void at(double atMs, Runnable what) {
    events.add(new Event(atMs, order++, what));
  }

  private void connect(double cameAtMs) {
    Client client = new Client(cameAtMs);
    at(cameAtMs, () -> syn(client, 1));
    at(
        cameAtMs + PATIENCE_MS,
        () -> {
          if (!client.isAnswered) {
            double again = nowMs + 1_000 * random.nextDouble();
            at(again, () -> connect(again));
          }
        });
  }

  private void syn(Client client, int next) {
    if (kernel.size() < backlog()) {
      kernel.add(client);
    } else if (next < SYN_AT_MS.length) {
      at(client.cameAtMs + SYN_AT_MS[next], () -> syn(client, next + 1));
    }
  }

  private int backlog() {
    return isControlled ? control.backlog((long) nowMs) : limits.backlog();
  }

  /** The event loop, until then. */
  void run(double untilMs) {
    while (nowMs < untilMs) {
      happen();
      if (ready.isEmpty() && (kernel.isEmpty() || room() == 0) && nowMs < tickDueMs) {
        double next = events.isEmpty() ? untilMs : events.peek().atMs();
        nowMs = Math.max(nowMs, Math.min(next, (double) tickDueMs));
        continue;
      }
      List<Work> round = new ArrayList<>(ready);
      ready.clear();
      for (Work one : round) {
        double beganMs = nowMs;
        take(one.costMs());
        if (one.isOfArrival()) {
          workedNanos += (long) (1e6 * (nowMs - beganMs));
        }
        one.then().run();
        // By another event loop, meanwhile.
        accept();
      }
      accept();
      tick();
    }
  }

  private void happen() {
    while (!events.isEmpty() && events.peek().atMs() <= nowMs) {
      events.poll().what().run();
    }
  }

  /** Uses the processor; the quota is per 100 ms. */
  private void take(double ms) {
    double left = ms;
    while (left > 0) {
      double now = Math.floor(nowMs / 100);
      if (now > period) {
        period = now;
        usedMs = 0;
      }
      double most = Math.min(gateway.quota() * 100 - usedMs, (now + 1) * 100 - nowMs);
      if (most <= 1e-9) {
        nowMs = (now + 1) * 100;
        continue;
      }
      double step = Math.min(left, most);
      usedMs += step;
      nowMs += step;
      left -= step;
    }
  }

  private int room() {
    return isControlled ? control.room(arrivals, (long) nowMs) : ACCEPTS_IN_A_ROW;
  }

  private void accept() {
    happen();
    for (int i = 0; room() > 0 && !kernel.isEmpty() && i < ACCEPTS_IN_A_ROW; i++) {
      Client client = kernel.remove();
      control.accepted();
      take(gateway.acceptMs());
      happen();
      if (gateway.isPeerLookedFor() && client.isGone(nowMs)) {
        control.gone();
        continue;
      }
      client.slot = arrivals.begin((long) nowMs);
      ready.add(new Work(gateway.handshakeMs(), true, () -> shaken(client)));
    }
  }

  private void shaken(Client client) {
    if (gateway.helloMs() == 0) {
      answer(client);
    } else if (client.isGone(nowMs)) {
      arrivals.end(client.slot, Arrivals.End.DROPPED);
    } else {
      at(nowMs + rttMs, () -> hello(client));
    }
  }

  private void hello(Client client) {
    if (client.isGone(nowMs)) {
      arrivals.end(client.slot, Arrivals.End.DROPPED);
      return;
    }
    ready.add(new Work(gateway.helloMs(), true, () -> answer(client)));
  }

  private void answer(Client client) {
    arrivals.end(client.slot, Arrivals.End.SERVED);
    if (!client.isGone(nowMs)) {
      client.isAnswered = true;
      welcomed++;
    }
  }

  private void tick() {
    if (nowMs < tickDueMs) {
      return;
    }
    late += nowMs - tickDueMs;
    ticks++;
    tickDueMs = (long) nowMs + TICK_MS;
    if (nowMs - steeredAtMs >= AcceptControl.STEER_MS) {
      double busy = (workedNanos - workedBefore) / 1e6 / (nowMs - steeredAtMs);
      workedBefore = workedNanos;
      AcceptControl.LoopLoad load = new AcceptControl.LoopLoad(late / ticks, busy);
      control.steer(List.of(load), arrivals.ended(Arrivals.End.SERVED), (long) nowMs);
      steeredAtMs = (long) nowMs;
      late = 0;
      ticks = 0;
    }
  }

  /** Of messages of those who are there already, ms. */
  double meanWait() {
    return waits.stream().mapToDouble(wait -> wait).average().orElseThrow();
  }
}
