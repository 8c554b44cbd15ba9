package io.breakwater.loadtest.surge.scenario;

import io.breakwater.loadtest.surge.scenario.arrivals.Arrivals;
import io.breakwater.loadtest.surge.scenario.arrivals.Part;
import io.breakwater.loadtest.surge.scenario.arrivals.Seed;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.time.Duration;

/**
 * A scenario at the size at which it is played.
 *
 * @param played all times, rates and counts are those of the wall clock and of this size ({@link
 *     Scenario#replayed})
 * @param by to be printed with every result
 */
public record Replay(Scenario played, Reduction by) {
  /** Of a scenario as it is written. */
  public static Replay of(Scenario written, Reduction by) {
    return new Replay(written.replayed(by), by);
  }

  /**
   * When things of a stream should happen, in nanoseconds of the wall clock from the begin of the
   * warm-up.
   *
   * @param stream of {@link #played}
   * @param warmUp so much earlier than the schedule it begins, at the rate that it begins with
   * @param seed of the run: the same one gives the same times, whatever other streams there are
   */
  public Arrivals arrivals(ArrivalStream stream, Duration warmUp, long seed, Part part) {
    return new Arrivals(stream.rate().after(warmUp), Seed.of(seed, stream.name()), part);
  }
}
