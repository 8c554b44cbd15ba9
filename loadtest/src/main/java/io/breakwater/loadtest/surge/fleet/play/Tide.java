package io.breakwater.loadtest.surge.fleet.play;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.fleet.phone.Timers;
import io.breakwater.loadtest.surge.fleet.phone.World;
import io.breakwater.loadtest.surge.scenario.arrivals.Arrivals;

/**
 * Plays the arrivals of one stream at their times, whatever becomes of those before: an open loop.
 * Confined to the loop.
 */
final class Tide implements Timers.Sleeper {
  /** What an arrival of a stream brings about. */
  interface Deed {
    /** What came of an arrival. */
    enum Outcome {
      DONE,
      /** Somebody else did it. */
      REPLACED,
      /** There was nobody to do it. */
      NOBODY,
      /** It is another generator's. */
      ELSEWHERE
    }

    /**
     * Does it.
     *
     * @param number that of the arrival in the whole stream
     * @param mark its random bits
     */
    Outcome arrive(long number, long mark, long intended);
  }

  private final World world;
  private final int stream;
  private final Arrivals arrivals;
  private final Deed deed;
  private final Lag lag;
  private final Timers.Alarm alarm = new Timers.Alarm(this);
  private long begin;
  private long next = Timers.NEVER;

  Tide(World world, int stream, Arrivals arrivals, Deed deed, Lag lag) {
    this.world = world;
    this.stream = stream;
    this.arrivals = arrivals;
    this.deed = deed;
    this.lag = lag;
  }

  /** Begins at a time. */
  void begin(long nanos) {
    begin = nanos;
    pass();
  }

  private void pass() {
    long fromBegin = arrivals.nextNanos();
    next = fromBegin == Arrivals.NEVER ? Timers.NEVER : begin + fromBegin;
    world.timers().set(alarm, next);
  }

  @Override
  public void wake(long now) {
    long intended = next;
    long begun = world.clock().getAsLong();
    Deed.Outcome outcome = deed.arrive(arrivals.number(), arrivals.mark(), intended);
    switch (outcome) {
      case DONE -> due(intended, begun, Fact.By.SOMEBODY);
      case REPLACED -> due(intended, begun, Fact.By.ANOTHER);
      case NOBODY -> due(intended, begun, Fact.By.NOBODY);
      case ELSEWHERE -> {}
    }
    pass();
  }

  private void due(long intended, long begun, Fact.By by) {
    lag.add(begun - intended);
    world.facts().accept(new Fact.Due(stream, intended, begun, by));
  }

  /** Ends it, whatever is left. */
  void end() {
    world.timers().clear(alarm);
  }
}
