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

  private final People people;
  private final Latencies latencies;

  /** Of devices, all of them. */
  private final Longs onlineSince = new Longs(NEVER);

  private final Ints isOnline = new Ints();
  private final Longs signedUp = new Longs(NEVER);
  private final Longs lost = new Longs(NEVER);
  private final Longs unsynced = new Longs(NEVER);
  private final Longs caughtUp = new Longs(NEVER);

  Presence(People people, Latencies latencies) {
    this.people = people;
    this.latencies = latencies;
  }

  /** It connects next. */
  void signedUp(Fact.SignedUp fact) {
    signedUp.set(people.device(fact.who()), fact.doneNanos());
  }

  void welcomed(Fact.Welcomed fact) {
    int device = people.device(fact.who());
    Phase phase = fact.isResumed() ? Phase.RESUME : Phase.CONNECT;
    latencies.ended(phase, fact.who().population(), fact.sinceNanos(), fact.welcomeNanos());
    // Whoever had left was away, also if it resumes: its network was gone.
    if (!fact.isResumed() || !isOnline(device)) {
      onlineSince.set(device, fact.sinceNanos());
    }
    isOnline.set(device, 1);
    signedUp.set(device, NEVER);
    lost.set(device, NEVER);
    unsynced.set(device, fact.welcomeNanos());
  }

  void synced(Fact.Synced fact) {
    latencies.ended(Phase.SYNC, fact.who().population(), fact.welcomeNanos(), fact.syncedNanos());
    unsynced.set(people.device(fact.who()), NEVER);
  }

  void lost(Fact.Lost fact) {
    int device = people.device(fact.who());
    lost.set(device, fact.atNanos());
    long welcome = unsynced.get(device);
    if (welcome != NEVER) {
      latencies.failed(Phase.SYNC, fact.who().population(), welcome);
      unsynced.set(device, NEVER);
    }
  }

  void left(Fact.Left fact) {
    int device = people.device(fact.who());
    stillOpen(device, fact.atNanos());
    isOnline.set(device, 0);
    signedUp.set(device, NEVER);
    lost.set(device, NEVER);
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
    if (signedUp.get(device) != NEVER) {
      latencies.open(Phase.CONNECT, population, signedUp.get(device), untilNanos);
    }
    if (lost.get(device) != NEVER) {
      latencies.open(Phase.RESUME, population, lost.get(device), untilNanos);
    }
  }

  /** Since when it has meant to be online; {@link #AWAY}: it does not. */
  long onlineSince(int device) {
    return isOnline(device) ? onlineSince.get(device) : AWAY;
  }

  /** Whether it meant to be online when the last of its facts was written. */
  boolean isOnline(int device) {
    return isOnline.get(device) == 1;
  }

  /** When it had all that it was owed, for the last time; {@link #NEVER}: that was never so. */
  long caughtUp(int device) {
    return caughtUp.get(device);
  }
}
