package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.report.result.Ledger;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Scenario;

/**
 * Every message: written, answered, handed over; the phases of sending, and the ledger.
 *
 * <p>A message is an entry of columns, found by its writer's device, its reader and its number; so
 * is each handing over to a device, found by its message and the device. A million messages to
 * readers with one device need about 100 MB, half of them for handing over, and 45 MB more for
 * their times when the result is made ({@link PhaseTimes}); half as much again where the collector
 * gives large arrays whole regions. Facts may come in any order but that of handing over to one
 * device, which is that of the facts.
 */
final class Mail {
  private static final long NONE = Presence.NEVER;
  private static final int REJECTED = 1;
  private static final int MISPLACED = 1 << 30;

  private final Scenario scenario;
  private final People people;
  private final Presence presence;
  private final Span span;

  /** A writer's device and a reader. */
  private final Numbering channels = new Numbering();

  /** A channel and a number. */
  private final Numbering messages = new Numbering();

  private final Longs intended = new Longs(NONE);
  private final Longs accepted = new Longs(NONE);

  /** Its stream, times two; odd: refused for good. */
  private final Ints states = new Ints();

  /** A message and a number of a device of its reader. */
  private final Numbering deliveries = new Numbering();

  private final Longs delivered = new Longs(NONE);

  /**
   * Since when that device meant to be online; {@link Presence#AWAY} if it was asked at the end.
   */
  private final Longs onlineSince = new Longs(NONE);

  private long repeated;

  /** How often, and {@link #MISPLACED} if its application shows it so. */
  private final Ints copies = new Ints();

  /**
   * @param span it ended before any device was asked whether it has all: what is answered later is
   *     open
   */
  Mail(Scenario scenario, People people, Presence presence, Span span) {
    this.scenario = scenario;
    this.people = people;
    this.presence = presence;
    this.span = span;
  }

  private int channel(Who from, Who to) {
    return channels.of(people.device(from), people.user(to));
  }

  private int message(Who from, Who to, long number) {
    return messages.of(channel(from, to), number);
  }

  void written(Fact.Written fact) {
    int message = message(fact.from(), fact.to(), fact.number());
    intended.set(message, fact.intendedNanos());
    states.set(message, fact.stream() << 1 | states.get(message));
  }

  void accepted(Fact.Accepted fact) {
    if (fact.acceptedNanos() <= span.endNanos()) {
      accepted.set(message(fact.from(), fact.to(), fact.number()), fact.acceptedNanos());
    }
  }

  void rejected(Fact.Rejected fact) {
    if (fact.atNanos() > span.endNanos()) {
      return;
    }
    int message = message(fact.from(), fact.to(), fact.number());
    states.set(message, states.get(message) | REJECTED);
  }

  void delivered(Fact.Delivered fact) {
    int channel = channel(fact.from(), fact.to());
    int device = people.device(fact.to());
    int delivery = deliveries.of(messages.of(channel, fact.number()), fact.to().device());
    if (copies.get(delivery) > 0) {
      copies.increment(delivery);
      return;
    }
    delivered.set(delivery, fact.deliveredNanos());
    onlineSince.set(delivery, presence.onlineSince(device));
    copies.set(delivery, fact.isMisplaced() ? MISPLACED | 1 : 1);
  }

  void repeated() {
    repeated++;
  }

  /** All facts are there. */
  Ledger end(Latencies latencies, Streams streams) {
    Count count = new Count();
    for (int message = 0; message < messages.size(); message++) {
      if (isWritten(message)) {
        sent(message, latencies, streams);
        for (int device = 0; device < readersDevices(message); device++) {
          handedOver(message, device, latencies, count);
        }
      }
    }
    ghosts(count);
    return count.ledger(repeated);
  }

  private boolean isWritten(int message) {
    return intended.get(message) != NONE;
  }

  private boolean isAccepted(int message) {
    return accepted.get(message) != NONE;
  }

  /** An answer of both kinds is an acceptance: it is the one that binds. */
  private boolean isRejected(int message) {
    return (states.get(message) & REJECTED) != 0 && !isAccepted(message);
  }

  private int writersPopulation(int message) {
    return people.populationOfDevice(channels.first(messages.first(message)));
  }

  private int reader(int message) {
    return Math.toIntExact(channels.second(messages.first(message)));
  }

  private int readersDevices(int message) {
    Population population = scenario.populations().get(people.populationOfUser(reader(message)));
    return population.devices();
  }

  private void sent(int message, Latencies latencies, Streams streams) {
    int stream = states.get(message) >> 1;
    boolean isFirst = scenario.streams().get(stream) instanceof ArrivalStream.SignUps;
    long from = intended.get(message);
    int writers = writersPopulation(message);
    if (isFirst) {
      streams.firstMessageDue(stream, from);
    }
    if (isAccepted(message)) {
      long at = accepted.get(message);
      latencies.ended(Phase.SEND_TO_ACCEPTED, writers, from, at);
      if (isFirst) {
        streams.firstMessageDone(stream, from, at);
      } else {
        streams.done(stream, from, at);
      }
    } else if (isRejected(message)) {
      latencies.failed(Phase.SEND_TO_ACCEPTED, writers, from);
    } else {
      latencies.open(Phase.SEND_TO_ACCEPTED, writers, from);
    }
  }

  private void handedOver(int message, int number, Latencies latencies, Count count) {
    int delivery = deliveries.find(message, number);
    int device = people.device(reader(message), number);
    // From when on a device that means to be online waits for it.
    long since = isAccepted(message) ? accepted.get(message) : intended.get(message);
    int writers = writersPopulation(message);
    if (delivery >= 0) {
      if (onlineSince.get(delivery) <= since) {
        ended(message, delivery, writers, latencies);
      }
      count.handedOver(copies.get(delivery), isAccepted(message), isRejected(message));
      return;
    }
    if (device >= 0 && presence.onlineSince(device) <= since) {
      if (isRejected(message)) {
        latencies.failed(Phase.SEND_TO_DELIVERED, writers, intended.get(message));
      } else {
        latencies.open(Phase.SEND_TO_DELIVERED, writers, intended.get(message));
      }
      if (isAccepted(message)) {
        latencies.open(Phase.ACCEPTED_TO_DELIVERED, writers, since);
      }
    }
    if (isAccepted(message)) {
      boolean hasCaughtUp = device >= 0 && presence.caughtUp(device) >= since;
      count.notHandedOver(hasCaughtUp, device >= 0 && presence.isOnline(device));
    }
  }

  private void ended(int message, int delivery, int writers, Latencies latencies) {
    long at = delivered.get(delivery);
    latencies.ended(Phase.SEND_TO_DELIVERED, writers, intended.get(message), at);
    if (isAccepted(message)) {
      latencies.ended(Phase.ACCEPTED_TO_DELIVERED, writers, accepted.get(message), at);
    }
  }

  /** Handed over, and nobody wrote it to that device. */
  private void ghosts(Count count) {
    for (int delivery = 0; delivery < deliveries.size(); delivery++) {
      int message = deliveries.first(delivery);
      if (!isWritten(message) || deliveries.second(delivery) >= readersDevices(message)) {
        count.ghosts++;
      }
    }
  }

  private boolean isOfRun(int message) {
    return isWritten(message) && !span.isBefore(intended.get(message));
  }

  /** Those of the run: what was written in the preparation cost what is in no figure. */
  int written() {
    int count = 0;
    for (int message = 0; message < messages.size(); message++) {
      count += isOfRun(message) ? 1 : 0;
    }
    return count;
  }

  /** Those of the run. */
  long accepted() {
    long count = 0;
    for (int message = 0; message < messages.size(); message++) {
      count += isOfRun(message) && isAccepted(message) ? 1 : 0;
    }
    return count;
  }

  /** Of messages and devices. */
  private static final class Count {
    private long owed;
    private long delivered;
    private long lost;
    private long doubled;
    private long reordered;
    private long unaccounted;
    private long waiting;
    private long ghosts;
    private long despiteRejection;

    void handedOver(int copies, boolean isAccepted, boolean isRejected) {
      if (isAccepted) {
        owed++;
      }
      if ((copies & ~MISPLACED) > 1) {
        doubled++;
      } else if ((copies & MISPLACED) != 0) {
        reordered++;
      } else if (isAccepted) {
        delivered++;
      }
      if (isRejected) {
        despiteRejection++;
      }
    }

    void notHandedOver(boolean hasCaughtUp, boolean isOnline) {
      owed++;
      if (hasCaughtUp) {
        lost++;
      } else if (isOnline) {
        unaccounted++;
      } else {
        waiting++;
      }
    }

    Ledger ledger(long repeated) {
      return new Ledger(
          owed,
          delivered,
          lost,
          doubled,
          reordered,
          unaccounted,
          waiting,
          ghosts,
          despiteRejection,
          repeated);
    }
  }
}
