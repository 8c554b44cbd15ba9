package io.breakwater.gateway.socket;

import io.breakwater.gateway.connection.Input;
import io.breakwater.gateway.returning.Drain;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Clients of an event loop that are asked to go away: tells them, and closes who has not gone when
 * its time is up. Looks each 20 ms while there is anybody. Confined to the event loop.
 */
final class Departures {
  private static final int STEP_MS = 20;
  private static final Input CLOSE = new Input.Drained();

  private record Closing(long atMs, ClientSocket socket) {}

  private final GatewayLoop gateway;
  private final EventLoop loop;
  private final PriorityQueue<Closing> closing =
      new PriorityQueue<>(Comparator.comparingLong(Closing::atMs));

  /** Who is to be told still, in a drain. */
  private final Queue<ClientSocket> staying = new ArrayDeque<>();

  private @Nullable Drain drain;
  private Drain.@Nullable Leave next;
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private long drainingSinceMs;
  private boolean isRunning;

  Departures(GatewayLoop gateway, EventLoop loop) {
    this.gateway = gateway;
    this.loop = loop;
  }

  /** By the loop's own clock: a gateway stops in real time. */
  private long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime());
  }

  boolean isDraining() {
    return drain != null;
  }

  /** Asks one client to come back, elsewhere, after so long; closes it after another time. */
  void ask(ClientSocket socket, int returnAfterMs, int closeAfterMs) {
    tell(socket, returnAfterMs, nowMs() + closeAfterMs);
    run();
  }

  /**
   * Asks all of them, as planned.
   *
   * @return complete when all have gone or are closed
   */
  CompletableFuture<Void> drain(List<ClientSocket> all, Drain plan, RandomGenerator random) {
    Collections.shuffle(all, Random.from(random));
    staying.addAll(all);
    drain = plan;
    drainingSinceMs = nowMs();
    step();
    return drained;
  }

  private void tell(ClientSocket socket, int returnAfterMs, long closeAtMs) {
    if (socket.machine().takesRelays()) {
      socket.leaves();
      gateway.happened(socket, new Input.Draining(returnAfterMs));
      closing.add(new Closing(closeAtMs, socket));
    }
  }

  private void run() {
    if (!isRunning) {
      isRunning = true;
      var _ = loop.schedule(this::stepAgain, STEP_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void stepAgain() {
    isRunning = false;
    step();
  }

  private void step() {
    long nowMs = nowMs();
    if (drain != null) {
      tellAsPlanned(drain, nowMs);
    }
    for (Closing first = closing.peek();
        first != null && (first.atMs() <= nowMs || first.socket().isForgettable());
        first = closing.peek()) {
      closing.remove();
      gateway.happened(first.socket(), CLOSE);
    }
    if (drain != null && staying.isEmpty()) {
      closing.removeIf(left -> left.socket().isForgettable());
    }
    if (!closing.isEmpty() || !staying.isEmpty()) {
      run();
    } else if (drain != null) {
      drained.complete(null);
    }
  }

  private void tellAsPlanned(Drain plan, long nowMs) {
    while (!staying.isEmpty()) {
      Drain.Leave leave = next == null ? plan.next() : next;
      next = leave;
      if (drainingSinceMs + leave.afterMs() > nowMs) {
        return;
      }
      next = null;
      tell(staying.remove(), leave.returnAfterMs(), drainingSinceMs + leave.closeMs());
    }
  }
}
