package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.chaos.faults.Cut.Way;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.plan.Fault;
import io.breakwater.loadtest.network.Network;
import io.breakwater.loadtest.stack.Server;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Breaks and mends the links of servers that have hosts of their own. Each takes the caller's
 * thread for its duration; what was cut is mended whatever happens.
 */
final class NetworkFaults {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /**
   * Long enough for a lane to fill a block after one that was lost, which takes the better part of
   * a second and more where little is said. And shorter than a lost block is left alone: the driver
   * waits 2 s for an answer, and the lane another second before it writes it again.
   */
  private static final Duration MID_WRITE = Duration.ofMillis(2_500);

  /** Long enough for phones to say something. */
  private static final Duration A_MOMENT = Duration.ofMillis(1_500);

  /** Nobody listens there, and the refusal is an answer. */
  private static final int ANY_PORT = 9;

  private final Network network;

  NetworkFaults(Network network) {
    this.network = network;
  }

  /** Packets between two vanish. */
  Fact.Effect part(Server one, Server other, Fault.Direction direction, Duration lasts) {
    List<Way> ways = new ArrayList<>(List.of(way(one, other)));
    if (direction == Fault.Direction.BOTH_WAYS) {
      ways.add(way(other, one));
    }
    Clock clock = Clock.start();
    boolean isSeen;
    try (var _ = cut(ways)) {
      isSeen = areSilent(ways);
      pauseUntil(clock, lasts);
    }
    ways.forEach(way -> network.awaitAnswer(way.from(), way.to(), way.port()));
    return effect(isSeen);
  }

  /**
   * A delivery node writes to Cassandra nodes in turn; what went to this one is lost, and the node
   * is killed before it finds out and writes it again.
   *
   * <p>A gap is left if a block was lost and a later one was not. That is left to chance: once any
   * request waits for an answer of the silent node, the driver prefers the others, so that what is
   * lost may be a request of another kind; and a further block is written only when it is full.
   *
   * @param awaitRecovery returns when what the killed node left was read by others, or after a
   *     while
   */
  Fact.Effect killMidWrite(
      Server killed, Server writtenTo, Runnable awaitRecovery, Duration lasts) {
    Way there = way(killed, writtenTo);
    Way back = way(writtenTo, killed);
    Clock clock = Clock.start();
    // In this order: a block of which only the answer is lost leaves no gap.
    try (var _ = cut(List.of(there));
        var _ = cut(List.of(back))) {
      pauseUntil(clock, MID_WRITE);
      killed.kill();
      boolean isSeen = areSilent(List.of(there, back));
      // What the dead process had sent, its host sends again for a while: that could fill the gap.
      awaitRecovery.run();
      pauseUntil(clock, lasts);
      return effect(isSeen);
    }
  }

  /**
   * A delivery node is replaced. While the successor joins, a gateway hears nothing from any
   * delivery node, though they hear it: what its phones send goes by the view that it knows. That
   * begins when the successor asks to join: later, a gateway that has heard of the new view sends
   * nothing to the wrong node; earlier, its sockets are full of what is not acknowledged before
   * there is a wrong node. It ends before the gateway gives its trunks up, but on a very slow
   * machine.
   */
  Fact.Effect replaceUnheard(
      Server gateway, List<Server> deliveries, Server replaced, Duration lasts) {
    List<Way> ways = deliveries.stream().map(each -> way(each, gateway)).toList();
    Way silent = way(replaced, gateway);
    Clock clock = Clock.start();
    Stack.Death death = replaced.terminate();
    replaced.awaitJoining(death);
    CompletableFuture<Boolean> isSilent;
    try (var _ = cut(ways)) {
      isSilent =
          CompletableFuture.supplyAsync(
              () -> areSilent(List.of(silent)), Thread::startVirtualThread);
      replaced.awaitRestart(death);
      pauseUntil(Clock.start(), A_MOMENT);
    }
    pauseUntil(clock, lasts);
    return effect(isSilent.join());
  }

  /** Nobody hears from a server, nor it from anybody. */
  Fact.Effect isolate(Server target, Duration lasts) {
    Clock clock = Clock.start();
    boolean isSeen;
    network.isolate(name(target));
    try {
      isSeen = network.isSilentHere(name(target), ANY_PORT);
      pauseUntil(clock, lasts);
    } finally {
      network.rejoin(name(target));
    }
    network.awaitAnswerHere(name(target), ANY_PORT);
    return effect(isSeen);
  }

  /** The link of a server has little to give. */
  Fact.Effect slow(Server target, Duration lasts) {
    Clock clock = Clock.start();
    network.slow(name(target));
    try {
      pauseUntil(clock, lasts);
      return effect(network.heldBack(name(target)) > 0);
    } finally {
      network.hasten(name(target));
    }
  }

  /**
   * The link is cut first, so that nobody is told of the end of the process; its successors are
   * killed until the link is back. For its peers that is a host that lost its power.
   */
  Fact.Effect lose(Server target, Duration lasts) {
    Clock clock = Clock.start();
    boolean isSeen;
    network.isolate(name(target));
    try {
      target.kill();
      isSeen = network.isSilentHere(name(target), ANY_PORT);
      while (!clock.has(lasts)) {
        target.killIfRuns();
        Clock.pause(LOOK_AGAIN);
      }
    } finally {
      network.rejoin(name(target));
    }
    network.awaitAnswerHere(name(target), ANY_PORT);
    return effect(isSeen);
  }

  private static Way way(Server from, Server to) {
    return new Way(name(from), name(to), port(to));
  }

  private Cut cut(List<Way> ways) {
    return Cut.of(
        ways, way -> network.cut(way.from(), way.to()), way -> network.mend(way.from(), way.to()));
  }

  /** Whether nothing gets through on any of them; takes a second for each. */
  private boolean areSilent(List<Way> ways) {
    boolean areSilent = true;
    for (Way way : ways) {
      areSilent &= network.isSilent(way.from(), way.to(), way.port());
    }
    return areSilent;
  }

  private static String name(Server server) {
    return server.toString();
  }

  private static int port(Server server) {
    return server.serves().getPort();
  }

  private static void pauseUntil(Clock clock, Duration then) {
    while (!clock.has(then)) {
      Clock.pause(LOOK_AGAIN);
    }
  }

  private static Fact.Effect effect(boolean isSeen) {
    return isSeen ? Fact.Effect.SEEN : Fact.Effect.NONE;
  }
}
