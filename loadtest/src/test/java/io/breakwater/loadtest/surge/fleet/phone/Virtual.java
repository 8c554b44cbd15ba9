package io.breakwater.loadtest.surge.fleet.phone;

import io.breakwater.loadtest.line.Line;
import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.ServerFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A world without sockets, on a clock that runs as far as a test lets it. */
public final class Virtual {
  /** One way; also of connecting. */
  public static final long LATENCY = TimeUnit.MILLISECONDS.toNanos(1);

  /** That it takes a phone to work for a place in line. */
  static final long WORK = TimeUnit.SECONDS.toNanos(1);

  private static final long START = TimeUnit.HOURS.toNanos(1);

  /** What is at the other end of all lines. */
  public interface Server {
    /** What happens to a connection that is asked for. */
    enum Door {
      OPENS,
      REFUSES,
      /** Nobody answers. */
      IS_SILENT
    }

    /** Somebody connects. */
    Door door();

    /** A frame arrived. */
    void heard(Peer peer, ClientFrame frame);

    /** The client has gone. */
    default void gone(Peer peer) {}
  }

  /** One connection, from both sides. */
  private final class Connection implements Line, Peer {
    private final Owner owner;
    private boolean isOpen = true;

    private Connection(Owner owner) {
      this.owner = owner;
    }

    @Override
    public void send(ClientFrame frame) {
      if (isOpen) {
        at(now + LATENCY, () -> server.heard(this, frame));
      }
    }

    @Override
    public void close() {
      if (isOpen) {
        isOpen = false;
        at(now + LATENCY, () -> server.gone(this));
        at(now, owner::closed);
      }
    }

    @Override
    public void cut() {
      close();
    }

    @Override
    public void say(ServerFrame... frames) {
      at(
          now + LATENCY,
          () -> {
            for (ServerFrame frame : frames) {
              if (isOpen) {
                owner.heard(frame);
              }
            }
            if (isOpen) {
              owner.paused();
            }
          });
    }

    @Override
    public void hangUp() {
      at(
          now + LATENCY,
          () -> {
            if (isOpen) {
              isOpen = false;
              owner.closed();
            }
          });
    }
  }

  private record Event(long at, long number, Runnable deed) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final Server server;
  private final Timers timers = new Timers();
  private final Tallies tallies = new Tallies();
  private final List<Fact> facts = new ArrayList<>();
  private final List<String> troubles = new ArrayList<>();
  private final World world;
  private long now = START;
  private long events0;

  /** A world with this server. */
  public Virtual(Server server, long seed) {
    this.server = server;
    world =
        new World(
            () -> now,
            (_, owner) -> open(owner),
            timers,
            new SplittableRandom(seed),
            facts::add,
            troubles::add,
            tallies,
            60,
            (proof, solved) -> at(now + WORK, () -> solved.accept(proof.solve().orElseThrow())));
  }

  private void open(Line.Owner owner) {
    switch (server.door()) {
      case OPENS -> at(now + LATENCY, () -> owner.connected(new Connection(owner)));
      case REFUSES -> at(now + LATENCY, owner::closed);
      case IS_SILENT -> {}
    }
  }

  /** Its world. */
  public World world() {
    return world;
  }

  /** What it is now. */
  public long now() {
    return now;
  }

  /** All facts so far. */
  public List<Fact> facts() {
    return facts;
  }

  /** The facts of a kind. */
  public <T extends Fact> List<T> facts(Class<T> kind) {
    return facts.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** What voids the run. */
  public List<String> troubles() {
    return troubles;
  }

  /** Does something at a time. */
  public void at(long nanos, Runnable deed) {
    events.add(new Event(nanos, events0++, deed));
  }

  /** Lets so much time pass. */
  public void pass(Duration duration) {
    long end = now + duration.toNanos();
    while (true) {
      Event event = events.peek();
      long next = Math.min(timers.next(), event == null ? Timers.NEVER : event.at());
      if (next > end) {
        now = end;
        return;
      }
      now = Math.max(now, next);
      if (event != null && event.at() <= now) {
        events.remove();
        event.deed().run();
      }
      timers.run(now);
    }
  }
}
