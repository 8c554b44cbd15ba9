package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Ports;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import io.breakwater.loadtest.surge.scenario.model.Variation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code surge} may be told. Filled by picocli, then only read. */
final class SurgeOptions {
  private static final int MAX_SERVERS = 9;
  static final int MAX_GENERATORS = 50;
  private static final int MAX_SECONDS = 3_600;

  /** A seed that is drawn is easy to type. */
  private static final long MAX_DRAWN_SEED = 1_000_000;

  @Parameters(
      paramLabel = "SCENARIO",
      arity = "0..1",
      description = "One that is shipped, or a file; without it those that are shipped are listed.")
  @Nullable String scenario;

  @Option(
      names = "--describe",
      description = "Say what would be played, and how much that is; play nothing.")
  boolean describe;

  @Option(
      names = "--scale",
      paramLabel = "S",
      description =
          "Divide populations and rates by this (default: what the scenario says for a small machine).")
  @Nullable Double scale;

  @Option(
      names = "--compress",
      paramLabel = "T",
      description =
          "Divide durations by this (default: what the scenario says for a small machine).")
  @Nullable Double compress;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What is drawn: times, who writes to whom (default: drawn, and printed).")
  long seed = new SplittableRandom().nextLong(1, MAX_DRAWN_SEED);

  @Option(
      names = "--impatient",
      paramLabel = "SHARE",
      description =
          "0..1: clients that try again each second, whatever they are told (default: as the scenario says).")
  @Nullable Double impatient;

  @Option(
      names = "--times",
      paramLabel = "STREAM=FACTOR",
      split = ",",
      description =
          "Multiply the rate of a stream; 0: leave it out, and with it the limits of people who do nothing else.")
  Map<String, Double> times = Map.of();

  @Option(names = "--without-faults", description = "Leave out what the scenario breaks.")
  boolean withoutFaults;

  @Option(
      names = "--generators",
      paramLabel = "N",
      description = "Processes that have the phones (default: one for each 8,000 of them).")
  @Nullable Integer generators;

  @Option(
      names = "--gateways",
      paramLabel = "N",
      description = "Gateways at the begin (default: as many as the scenario needs).")
  @Nullable Integer gateways;

  @Option(
      names = "--delivery",
      paramLabel = "N",
      description = "Delivery nodes (default: as many as the scenario needs).")
  @Nullable Integer delivery;

  @Option(
      names = "--cassandra-nodes",
      paramLabel = "1|3",
      defaultValue = "1",
      description = "Cassandra nodes (default: ${DEFAULT-VALUE}).")
  int cassandraNodes;

  @Option(
      names = "--quota",
      paramLabel = "PART=CORES",
      split = ",",
      description =
          "Processors that each cassandra, delivery or gateway may use, such as gateway=0.25. Linux, with control"
              + " groups that this user may make (default: no limit).")
  List<String> quotas = List.of();

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "20",
      description =
          "Streams begin so many seconds before the schedule, at the rates that they begin with: what is compiled"
              + " then is in no figure; 0: not at all (default: ${DEFAULT-VALUE}).")
  int warmUpSeconds;

  @Option(
      names = "--quota-from",
      paramLabel = "S",
      description =
          "Quotas hold from so many seconds after the begin on, so that a scenario can warm up before (default: 0).")
  @Nullable Integer quotaFrom;

  @Option(
      names = "--own-processor",
      description =
          "The generators run on the last processor alone, and the servers and what watches them on the others."
              + " Linux, with taskset.")
  boolean ownProcessor;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      split = ",",
      description =
          "Gateways that run already, instead of a stack that is started. Their servers are not looked into.")
  List<String> target = List.of();

  @Option(
      names = "--wait",
      paramLabel = "S",
      defaultValue = "30",
      description =
          "Seconds that are waited at the end for what is under way, and again, with one more for each 100 devices,"
              + " for those that are asked whether all is there (default: ${DEFAULT-VALUE}).")
  int waitSeconds;

  @Option(
      names = "--heartbeat",
      paramLabel = "S",
      defaultValue = "60",
      description = "Between two heartbeats of a phone (default: ${DEFAULT-VALUE}).")
  int heartbeatSeconds;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Where report.html and result.json go (default: a new directory below target/surge).")
  @Nullable Path report;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the run makes its directory, on a disk (default: target/surge-data).")
  @Nullable Path data;

  @Option(
      names = "--keep",
      description =
          "Keep that directory, with servers' data and all facts, also if the run passed; otherwise it is kept.")
  boolean keep;

  @Option(
      names = "--base-port",
      paramLabel = "N",
      defaultValue = "0",
      description = "The stack listens there and up to 43 above (default: free ones).")
  int basePort;

  /** What makes no sense whatever the scenario is; nothing if all does. */
  Optional<String> problem() {
    List<String> problems = new ArrayList<>();
    try {
      var _ = variation();
    } catch (IllegalArgumentException e) {
      problems.add("--" + e.getMessage());
    }
    count(problems, "--generators", generators, MAX_GENERATORS);
    count(problems, "--gateways", gateways, MAX_SERVERS);
    count(problems, "--delivery", delivery, MAX_SERVERS);
    if (cassandraNodes != 1 && cassandraNodes != 3) {
      problems.add("--cassandra-nodes=" + cassandraNodes + " (expected: 1 or 3)");
    }
    if (waitSeconds < 1 || waitSeconds > MAX_SECONDS) {
      problems.add("--wait=" + waitSeconds + " (expected: 1..3600)");
    }
    if (heartbeatSeconds < 10 || heartbeatSeconds > 590) {
      problems.add("--heartbeat=" + heartbeatSeconds + " (expected: 10..590)");
    }
    if (!Ports.isBase(basePort)) {
      problems.add("--base-port=" + basePort + " (expected: " + Ports.BASES + ')');
    }
    if (ownProcessor && Runtime.getRuntime().availableProcessors() < 2) {
      problems.add("--own-processor: this machine has one (expected: two or more)");
    }
    try {
      var _ = shares();
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (warmUpSeconds < 0 || warmUpSeconds > MAX_SECONDS) {
      problems.add("--warm-up=" + warmUpSeconds + " (expected: 0..3600)");
    }
    if (quotaFromSeconds() < 0 || quotaFromSeconds() > MAX_SECONDS) {
      problems.add("--quota-from=" + quotaFrom + " (expected: 0..3600)");
    }
    if (quotaFrom != null && quotas.isEmpty()) {
      problems.add("--quota-from: without --quota (expected: with it)");
    }
    if (!target.isEmpty() && (!quotas.isEmpty() || gateways != null || delivery != null)) {
      problems.add("--target: with --quota, --gateways or --delivery, which are for a stack");
    }
    return problems.stream().findFirst();
  }

  private static void count(
      List<String> problems, String name, @Nullable Integer number, int most) {
    if (number != null && (number < 1 || number > most)) {
      problems.add("%s=%d (expected: 1..%d)".formatted(name, number, most));
    }
  }

  /** Processors of each server, by kind. */
  Map<Part, Double> shares() {
    Map<Part, Double> shares = new EnumMap<>(Part.class);
    for (String quota : quotas) {
      Map.Entry<Part, Double> share = Shares.parse(quota);
      shares.put(share.getKey(), share.getValue());
    }
    return shares;
  }

  /** After the begin. */
  int quotaFromSeconds() {
    return quotaFrom == null ? 0 : quotaFrom;
  }

  /**
   * In what the scenario is played otherwise than it is written.
   *
   * @throws IllegalArgumentException if a number makes no sense
   */
  Variation variation() {
    return new Variation(impatient, times, withoutFaults);
  }

  /** How much smaller and faster. */
  Reduction reduction(Scenario written) {
    return new Reduction(
        scale == null ? written.small().scale() : scale,
        compress == null ? written.small().compress() : compress);
  }

  int gateways(Scenario scenario) {
    return gateways == null ? scenario.servers().gateways() : gateways;
  }

  int deliveries(Scenario scenario) {
    return delivery == null ? scenario.servers().deliveries() : delivery;
  }
}
