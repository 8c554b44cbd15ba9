package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.site.StackSite.History;
import io.breakwater.loadtest.bench.site.StackSite.Sync;
import io.breakwater.loadtest.bench.site.Variant;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How much is done, and for how long.
 *
 * @param pairs phones that write to phones
 * @param payloadBytes of every message
 * @param perPair messages that a person sends per second at human pace
 * @param connections idle ones, and those of connects
 * @param tlsMessages whether the maximum is measured with TLS too
 * @param syncs each is measured
 * @param histories likewise
 * @param loads of messages, each is measured
 * @param recipients likewise
 * @param variants ways to run the servers; each is measured, and they are compared
 * @param rounds how often all of that, the variants in turn
 * @param times how long
 */
record Plan(
    int pairs,
    int payloadBytes,
    double perPair,
    int connections,
    boolean tlsMessages,
    List<Sync> syncs,
    List<History> histories,
    List<Load> loads,
    List<Recipients> recipients,
    List<Variant> variants,
    int rounds,
    Times times) {
  /** How fast messages are written. */
  enum Load {
    /** Closed loop, the most that goes through. */
    MAXIMUM,
    /** Open loop, half of the highest rate that goes well. */
    HALF,
    /** Open loop, as people write. */
    HUMAN;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which recipients are there. */
  enum Recipients {
    ONLINE("online"),
    HALF_OFFLINE("half offline");

    private final String title;

    Recipients(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * How long each stretch lasts.
   *
   * @param warmUp at full load, before anything is measured
   * @param idle with nothing to do, before each stretch whose CPU is counted
   * @param step of the search for the maximum
   * @param load a stretch that is measured
   * @param quiet idle connections
   * @param rush connects, sign-ups, refusals: at most
   * @param starts of each server, each way
   * @param window a sixth of a gateway's first minute
   */
  record Times(
      Duration warmUp,
      Duration idle,
      Duration step,
      Duration load,
      Duration quiet,
      Duration rush,
      int starts,
      Duration window) {
    static final Times FULL =
        new Times(
            seconds(40),
            seconds(10),
            seconds(8),
            seconds(30),
            seconds(60),
            seconds(30),
            5,
            seconds(10));

    /** To see that it works; the figures are those of a cold JVM. */
    static final Times QUICK =
        new Times(
            seconds(5), seconds(3), seconds(2), seconds(5), seconds(5), seconds(5), 1, seconds(1));

    Times withQuiet(Duration other) {
      return new Times(warmUp, idle, step, load, other, rush, starts, window);
    }

    private static Duration seconds(int seconds) {
      return Duration.ofSeconds(seconds);
    }
  }
}
