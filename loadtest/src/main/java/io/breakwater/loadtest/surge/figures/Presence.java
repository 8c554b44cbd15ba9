package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.report.result.Phase;

/**
 * Which devices mean to be online, and since when; how long they wait for that.
 *
 * <p>A device means to be online from the time at which it begins to connect until it leaves: also
 * while its connection is broken, since that is none of its making. What is accepted for it
 * meanwhile is late as long as it has not got it. The facts of a device come as they happened.
 */
final class Presence {
  /** No time. */
  static final long NEVER = Long.MIN_VALUE;

  /** Since later than anything. */
  static final long AWAY = Long.MAX_VALUE;

  /** Of a {@link Fact.Lost}: the scenario broke the connection. */
  private static final String NETWORK = "network";

  private final People people;
  private final Latencies latencies;
  private final Sessions sessions;

  /** Of devices, all of them. */
  private final Longs onlineSince = new Longs(AWAY);

  private final Ints isOnline = new Ints();

  /** Since when it waits to be welcomed, of those whom no arrival brings. */
  private final Longs connecting = new Longs(NEVER);

  private final Longs lost = new Longs(NEVER);

  /** The intended time of the arrival that broke its connection. */
  private final Longs broken = new Longs(NEVER);

  private final Longs unsynced = new Longs(NEVER);
  private final Longs caughtUp = new Longs(NEVER);

  Presence(People people, Latencies latencies, Sessions sessions) {
    this.people = people;
    this.latencies = latencies;
    this.sessions = sessions;
  }

  /**
   * @param isBrought by an arrival, which waits for it
   */
  void coming(Fact.Coming fact, boolean isBrought) {
    int device = people.device(fact.who());
    onlineSince.set(device, fact.sinceNanos());
    if (fact.isResumed()) {
      lost.set(device, fact.sinceNanos());
    } else if (!isBrought) {
      connecting.set(device, fact.sinceNanos());
    }
  }

  void welcomed(Fact.Welcomed fact) {
    int device = people.device(fact.who());
    Phase phase = fact.isResumed() ? Phase.RESUME : Phase.CONNECT;
    latencies.ended(phase, fact.who().population(), fact.sinceNanos(), fact.welcomeNanos());
    if (onlineSince.get(device) == AWAY) {
      onlineSince.set(device, fact.sinceNanos());
    }
    isOnline.set(device, 1);
    connecting.set(device, NEVER);
    lost.set(device, NEVER);
    broken.set(device, NEVER);
    unsynced.set(device, fact.welcomeNanos());
  }

  void synced(Fact.Synced fact) {
    latencies.ended(Phase.SYNC, fact.who().population(), fact.welcomeNanos(), fact.syncedNanos());
    unsynced.set(people.device(fact.who()), NEVER);
  }

  void lost(Fact.Lost fact) {
    int device = people.device(fact.who());
    if (!fact.reason().equals(NETWORK)) {
      lost.set(device, fact.atNanos());
    } else if (isOnline(device)) {
      // Its arrival waits for it.
      broken.set(device, fact.atNanos());
    }
    long welcome = unsynced.get(device);
    if (welcome != NEVER) {
      latencies.failed(Phase.SYNC, fact.who().population(), welcome);
      unsynced.set(device, NEVER);
    }
  }

  void left(Fact.Left fact) {
    int device = people.device(fact.who());
    stillOpen(device, fact.atNanos());
    if (broken.get(device) != NEVER) {
      int population = people.populationOfDevice(device);
      sessions.left(population, broken.get(device));
      latencies.open(Phase.RESUME, population, broken.get(device), fact.atNanos());
    }
    onlineSince.set(device, AWAY);
    isOnline.set(device, 0);
    connecting.set(device, NEVER);
    lost.set(device, NEVER);
    broken.set(device, NEVER);
    unsynced.set(device, NEVER);
  }

  void caughtUp(Fact.CaughtUp fact) {
    caughtUp.set(people.device(fact.who()), fact.atNanos());
  }

  /** All facts are there: whoever still waits to be welcomed or synced, waits when the run ends. */
  void end(Span span) {
    for (int device = 0; device < people.devices(); device++) {
      stillOpen(device, span.endNanos());
      long welcome = unsynced.get(device);
      if (welcome != NEVER) {
        latencies.open(Phase.SYNC, people.populationOfDevice(device), welcome, span.endNanos());
      }
    }
  }

  private void stillOpen(int device, long untilNanos) {
    int population = people.populationOfDevice(device);
    if (connecting.get(device) != NEVER) {
      latencies.open(Phase.CONNECT, population, connecting.get(device), untilNanos);
    }
    if (lost.get(device) != NEVER) {
      latencies.open(Phase.RESUME, population, lost.get(device), untilNanos);
    }
  }

  /** Since when it has meant to be online; {@link #AWAY}: it does not. */
  long onlineSince(int device) {
    return onlineSince.get(device);
  }

  /** Whether it was welcomed since it last came, and has not left. */
  boolean isOnline(int device) {
    return isOnline.get(device) == 1;
  }

  /** When it had all that it was owed, for the last time; {@link #NEVER}: that was never so. */
  long caughtUp(int device) {
    return caughtUp.get(device);
  }
}
