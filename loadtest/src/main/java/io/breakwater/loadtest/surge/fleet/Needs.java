package io.breakwater.loadtest.surge.fleet;

import com.sun.management.UnixOperatingSystemMXBean;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.arrivals.Part;
import io.breakwater.loadtest.surge.scenario.model.Afterwards;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Population;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.LongStream;

/**
 * How many sockets a generator needs if all goes well, and may have. Who waits in line comes on
 * top: nobody knows how many; a run that meets the limit is void.
 */
final class Needs {
  /** Jars, pipes, files of the process itself that are opened later. */
  private static final long RESERVE = 64;

  private static final long STEPS = 500;

  private Needs() {}

  /** Sockets that the process may have open. */
  static int sockets() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? Math.clamp(
            system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - RESERVE,
            0,
            Integer.MAX_VALUE)
        : Integer.MAX_VALUE;
  }

  /** Processor time of this process, nanoseconds. */
  static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  /**
   * Refuses a part that is too large.
   *
   * @throws IllegalArgumentException that says how many files it takes
   */
  static void check(Replay replay, Part part, int sockets) {
    long needed = needed(replay, part);
    if (needed > sockets) {
      throw new IllegalArgumentException(
          ("sockets: %d needed at the peak (expected: at most %d, by the limit of open files; raise"
                  + " it with ulimit -n, take more generators, or scale the scenario down)")
              .formatted(needed, sockets));
    }
  }

  /** The most at a time, without those in line. */
  static long needed(Replay replay, Part part) {
    double all =
        replay.played().populations().stream()
            .mapToDouble(each -> known(replay, each) + newcomers(replay, each))
            .sum();
    return (long) Math.ceil(all / part.count());
  }

  private static double known(Replay replay, Population population) {
    boolean canAllCome =
        replay.played().streams().stream()
            .anyMatch(
                each ->
                    each instanceof ArrivalStream.Connects && each.of().equals(population.name()));
    return population.devices() * (canAllCome ? population.users() : population.online());
  }

  private static double newcomers(Replay replay, Population population) {
    Duration duration = replay.played().duration();
    return LongStream.rangeClosed(0, STEPS)
        .mapToDouble(
            step -> newcomersAt(replay, population, duration.multipliedBy(step).dividedBy(STEPS)))
        .max()
        .orElse(0);
  }

  private static double newcomersAt(Replay replay, Population population, Duration time) {
    double there = 0;
    for (ArrivalStream stream : replay.played().streams()) {
      if (stream instanceof ArrivalStream.SignUps signUps
          && signUps.of().equals(population.name())
          && signUps.then().isPresent()) {
        Duration stay = signUps.then().flatMap(Afterwards::stay).orElse(time);
        Duration from = time.minus(stay).isNegative() ? Duration.ZERO : time.minus(stay);
        there += signUps.rate().expectedUntil(time) - signUps.rate().expectedUntil(from);
      }
    }
    return there;
  }
}
