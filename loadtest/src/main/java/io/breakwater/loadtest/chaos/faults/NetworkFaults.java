package io.breakwater.loadtest.chaos.faults;

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

  /** Enough to write something, and less than the driver waits for an answer. */
  private static final Duration MID_WRITE = Duration.ofMillis(1_500);

  /** Long enough for phones to say something, and shorter than a trunk may be silent. */
  private static final Duration A_MOMENT = Duration.ofMillis(1_500);

  /** Nobody listens there, and the refusal is an answer. */
  private static final int ANY_PORT = 9;

  private final Network network;

  NetworkFaults(Network network) {
    this.network = network;
  }

  /** What one server sends to another one. */
  private record Way(Server from, Server to) {}

  /** Packets between two vanish. */
  Fact.Effect part(Server one, Server other, Fault.Direction direction, Duration lasts) {
    List<Way> ways = new ArrayList<>(List.of(new Way(one, other)));
    if (direction == Fault.Direction.BOTH_WAYS) {
      ways.add(new Way(other, one));
    }
    Clock clock = Clock.start();
    List<Way> cut = new ArrayList<>();
    boolean isSeen = true;
    try {
      for (Way way : ways) {
        network.cut(name(way.from()), name(way.to()));
        cut.add(way);
      }
      for (Way way : ways) {
        isSeen &= network.isSilent(name(way.from()), name(way.to()), port(way.to()));
      }
      pauseUntil(clock, lasts);
    } finally {
      cut.forEach(way -> network.mend(name(way.from()), name(way.to())));
    }
    ways.forEach(way -> network.awaitAnswer(name(way.from()), name(way.to()), port(way.to())));
    return effect(isSeen);
  }

  /**
   * A delivery node writes to Cassandra nodes in turn; what went to this one is lost, and the node
   * is killed before it finds out and writes it again.
   */
  Fact.Effect killMidWrite(Server killed, Server writtenTo, Duration lasts) {
    List<Way> ways = List.of(new Way(killed, writtenTo), new Way(writtenTo, killed));
    Clock clock = Clock.start();
    boolean isSeen = true;
    try {
      ways.forEach(way -> network.cut(name(way.from()), name(way.to())));
      pauseUntil(clock, MID_WRITE);
      killed.kill();
      for (Way way : ways) {
        isSeen &= network.isSilent(name(way.from()), name(way.to()), port(way.to()));
      }
      pauseUntil(clock, lasts);
    } finally {
      ways.forEach(way -> network.mend(name(way.from()), name(way.to())));
    }
    return effect(isSeen);
  }

  /**
   * A delivery node is replaced. While the successor joins, a gateway hears nothing from any
   * delivery node, though they hear it: what its phones send goes by the view that it knows.
   */
  Fact.Effect replaceUnheard(
      Server gateway, List<Server> deliveries, Server replaced, Duration lasts) {
    Clock clock = Clock.start();
    Stack.Death death = replaced.terminate();
    replaced.awaitListening(death);
    CompletableFuture<Boolean> isSilent = new CompletableFuture<>();
    try {
      deliveries.forEach(each -> network.cut(name(each), name(gateway)));
      isSilent.completeAsync(
          () -> network.isSilent(name(replaced), name(gateway), port(gateway)),
          Thread::startVirtualThread);
      replaced.awaitRestart(death);
      pauseUntil(Clock.start(), A_MOMENT);
    } finally {
      deliveries.forEach(each -> network.mend(name(each), name(gateway)));
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
