package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.stack.Size;
import io.breakwater.loadtest.surge.fleet.Job;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.model.Population;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a run needs: servers, generators, what each of them is to do. Pure. */
final class Plan {
  private static final int PHONES_OF_A_PROCESS = 8_000;
  private static final int SOURCES_OF_A_PROCESS = 4;
  private static final int FIRST_SOURCE = 20;
  private static final int AT_ONCE = 64;
  private static final List<String> ANY_GATEWAY = List.of("127.0.0.1:1");

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

  /** Why this scenario cannot be played with these options; nothing if it can. */
  Optional<String> problem() {
    try {
      int count = generators();
      if (count > SurgeOptions.MAX_GENERATORS) {
        return Optional.of(
            "generators: %d, for %d phones at the begin (expected: at most %d; a larger --scale has fewer phones)"
                .formatted(count, phones(), SurgeOptions.MAX_GENERATORS));
      }
      if (options.quotaFromSeconds() >= Math.max(1, replay.played().duration().toSeconds())) {
        return Optional.of(
            "--quota-from=%d (expected: less than the %d s that the scenario lasts)"
                .formatted(options.quotaFromSeconds(), replay.played().duration().toSeconds()));
      }
      if (options.target.isEmpty()) {
        var _ = size();
        var _ = job(count - 1, ANY_GATEWAY, Path.of(""));
        return Optional.empty();
      }
      var _ = job(count - 1, options.target, Path.of(""));
      return replay.played().faults().stream()
          .filter(fault -> !Turmoil.isOfPhones(fault))
          .findFirst()
          .map(
              fault ->
                  "--target: the scenario has %s (expected: nothing that is done to servers; leave --target out)"
                      .formatted(fault.text()));
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** With the gateways that are added later, which boot with the others. */
  Size size() {
    return new Size(
        options.gateways(replay.played()) + Turmoil.added(replay.played().faults()),
        options.deliveries(replay.played()),
        options.cassandraNodes);
  }

  /**
   * CPU that servers and generators may use.
   *
   * @param processors of the machine
   */
  List<Setting.Quota> quotas(int processors) {
    List<Setting.Quota> quotas = new ArrayList<>();
    Size size = size();
    options
        .shares()
        .forEach(
            (part, cores) ->
                quotas.add(
                    new Setting.Quota(part.toString(), size.of(part), cores * size.of(part))));
    if (options.ownProcessor) {
      if (options.target.isEmpty()) {
        quotas.add(
            new Setting.Quota(Setting.Quota.ALL_SERVERS, size.names().size(), processors - 1));
      }
      quotas.add(new Setting.Quota(Setting.Quota.GENERATOR, generators(), 1));
    }
    return quotas;
  }

  long accounts() {
    return replay.played().populations().stream().mapToLong(Population::users).sum();
  }

  /** Enough for those who are online at the begin; newcomers may come on top. */
  int generators() {
    if (options.generators != null) {
      return options.generators;
    }
    return Math.toIntExact(Math.min(Integer.MAX_VALUE, 1 + phones() / PHONES_OF_A_PROCESS));
  }

  private long phones() {
    return replay.played().populations().stream().mapToLong(Population::sockets).sum();
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
        options.variation(),
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
