package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.stack.Size;
import io.breakwater.loadtest.surge.fleet.Job;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.model.Population;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** What a run needs: servers, generators, what each of them is to do. Pure. */
final class Plan {
  private static final int PHONES_OF_A_PROCESS = 8_000;
  private static final int SOURCES_OF_A_PROCESS = 4;
  private static final int FIRST_SOURCE = 20;
  private static final int AT_ONCE = 64;

  private final SurgeOptions options;
  private final Replay replay;
  private final String run;

  /**
   * @param begun no two runs against the same servers begin in the same second
   */
  Plan(SurgeOptions options, Replay replay, Instant begun) {
    this.options = options;
    this.replay = replay;
    run = "s" + Long.toString(begun.getEpochSecond(), Character.MAX_RADIX);
  }

  /** With the gateways that are added later, which boot with the others. */
  Size size() {
    return new Size(
        options.gateways(replay.played()) + Turmoil.added(replay.played().faults()),
        options.deliveries(replay.played()),
        options.cassandraNodes);
  }

  long accounts() {
    return replay.played().populations().stream().mapToLong(Population::users).sum();
  }

  /** Enough for those who are online at the begin; newcomers may come on top. */
  int generators() {
    if (options.generators != null) {
      return options.generators;
    }
    long phones = replay.played().populations().stream().mapToLong(Population::sockets).sum();
    return Math.toIntExact(1 + phones / PHONES_OF_A_PROCESS);
  }

  /**
   * Of one generator.
   *
   * @param gateways HOST:PORT of each
   * @param directory of the run
   */
  Job job(int index, List<String> gateways, Path directory) {
    return new Job(
        String.valueOf(options.scenario),
        replay.by().scale(),
        replay.by().compress(),
        options.impatient,
        options.seed,
        index,
        generators(),
        run,
        gateways,
        FIRST_SOURCE + SOURCES_OF_A_PROCESS * index,
        SOURCES_OF_A_PROCESS,
        directory.resolve("facts-" + index).toString(),
        directory.resolve("users-" + index).toString(),
        options.heartbeatSeconds,
        AT_ONCE,
        options.waitSeconds);
  }
}
