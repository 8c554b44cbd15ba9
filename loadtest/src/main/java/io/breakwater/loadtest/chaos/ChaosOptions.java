package io.breakwater.loadtest.chaos;

import io.breakwater.loadtest.chaos.faults.Kind;
import io.breakwater.loadtest.chaos.faults.Means;
import io.breakwater.loadtest.chaos.payload.Payloads;
import io.breakwater.loadtest.chaos.plan.Cluster;
import io.breakwater.loadtest.chaos.plan.Fault;
import io.breakwater.loadtest.chaos.plan.Schedule;
import io.breakwater.loadtest.stack.Ports;
import io.breakwater.loadtest.stack.Size;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code chaos} may be told. Filled by picocli, then only read. */
final class ChaosOptions {
  private static final String ALL = "all";
  private static final int MAX_SERVERS = 9;
  private static final int MAX_MINUTES = 24 * 60;

  /** Two less than a server allows: some are replaced. */
  private static final int MAX_DEVICES_OF_A_USER = 8;

  /** Each is a client with a thread and a file. */
  private static final int MAX_DEVICES = 400;

  private static final double MAX_RATE = 2_000;
  private static final int MAX_PAYLOAD_BYTES = 32_768;

  /** A seed that is drawn is easy to type. */
  private static final long MAX_DRAWN_SEED = 1_000_000;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How long people talk, the last of it in peace; at least 2 (default: ${DEFAULT-VALUE}).")
  int minutes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What is broken, when, and what is said (default: drawn, and printed).")
  long seed = new SplittableRandom().nextLong(1, MAX_DRAWN_SEED);

  @Option(
      names = "--delivery",
      paramLabel = "N",
      defaultValue = "3",
      description = "Delivery nodes (default: ${DEFAULT-VALUE}).")
  int delivery;

  @Option(
      names = "--gateways",
      paramLabel = "N",
      defaultValue = "2",
      description = "Gateways (default: ${DEFAULT-VALUE}).")
  int gateways;

  @Option(
      names = "--cassandra-nodes",
      paramLabel = "1|3",
      defaultValue = "1",
      description =
          "Cassandra nodes. With one, a fault of Cassandra stops everything (default: ${DEFAULT-VALUE}).")
  int cassandraNodes;

  @Option(
      names = "--faults",
      paramLabel = "LIST",
      split = ",",
      defaultValue = ALL,
      completionCandidates = Candidates.class,
      description =
          "Which ones, of ${COMPLETION-CANDIDATES}; or all that this cluster can bear (default:"
              + " ${DEFAULT-VALUE}).")
  List<String> faults = List.of();

  @Option(
      names = "--sabotage",
      paramLabel = "NAME",
      completionCandidates = SabotageCandidates.class,
      description =
          "Delivery nodes of a test build that breaks a rule, which has to be found out: one of"
              + " ${COMPLETION-CANDIDATES}. With all, each in a campaign of its own, and these campaigns without"
              + " sabotage: of the other options only --data, --keep and --base-port count.")
  @Nullable String sabotage;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "12",
      description = "People who talk (default: ${DEFAULT-VALUE}).")
  int users;

  @Option(
      names = "--devices",
      paramLabel = "N",
      defaultValue = "3",
      description = "Devices of each at most (default: ${DEFAULT-VALUE}).")
  int devices;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "60",
      description = "Messages per second of all together (default: ${DEFAULT-VALUE}).")
  double rate;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      defaultValue = "200",
      description = "Of a message in the mean (default: ${DEFAULT-VALUE}).")
  int payload;

  @Option(
      names = "--every-counter",
      description =
          "All rare things that servers count have to have happened, or the campaign shows too little."
              + " A fault that leads to one only sometimes is tried again until it has. Without this option those"
              + " that its faults surely cause.")
  boolean everyCounter;

  @Option(
      names = "--steady",
      description =
          "Applications stay, instead of being closed, killed and started again: for figures of how"
              + " long faults stop anybody.")
  boolean steady;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the campaign makes its directory (default: a temporary one).")
  @Nullable Path data;

  @Option(
      names = "--keep",
      description = "Keep the directory, with the history; without it unless all is valid.")
  boolean keep;

  @Option(names = "--report", paramLabel = "FILE", description = "Write what was found as JSON.")
  @Nullable Path report;

  @Option(
      names = "--separate-hosts",
      description =
          "Each server has a host of its own, a network namespace, so that links can be broken. Needs Linux"
              + " and root; without them it says so, and breaks no links.")
  boolean separateHosts;

  @Option(
      names = "--base-port",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "The cluster listens at N, N+1, N+2, N+10, N+11, N+12, N+42 and N+43 of 127.0.0.1, 127.0.0.2"
              + " and so on (default: free ones from 12000 on).")
  int basePort;

  /** For the usage text. */
  static final class SabotageCandidates extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    SabotageCandidates() {
      super(Arrays.stream(Sabotage.values()).map(Sabotage::toString).toList());
    }
  }

  /** For the usage text. */
  static final class Candidates extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Candidates() {
      super(Arrays.stream(Kind.values()).map(Kind::toString).toList());
    }
  }

  /** What this machine does not have, and why: faults that need it are not tried. */
  private Map<Means, String> missing = Map.of();

  /** To be called before anything is asked. */
  void lacks(Map<Means, String> means) {
    missing = Map.copyOf(means);
  }

  /** What makes no sense; none if all does. */
  Optional<String> problem() {
    return Stream.of(
            between("--minutes", minutes, Schedule.SHORTEST.toMinutes(), MAX_MINUTES),
            between("--delivery", delivery, 1, MAX_SERVERS),
            between("--gateways", gateways, 1, MAX_SERVERS),
            cassandraNodes == 1 || cassandraNodes == 3
                ? Optional.<String>empty()
                : Optional.of("--cassandra-nodes: %d (expected: 1 or 3)".formatted(cassandraNodes)),
            between("--devices", devices, 1, MAX_DEVICES_OF_A_USER),
            between("--users", users, 2, MAX_DEVICES / Math.max(1, devices)),
            rate > 0 && rate <= MAX_RATE
                ? Optional.<String>empty()
                : Optional.of(
                    "--rate: %s (expected: above 0, at most %.0f)".formatted(rate, MAX_RATE)),
            between("--payload", payload, Payloads.MIN_BYTES, MAX_PAYLOAD_BYTES),
            Ports.isBase(basePort)
                ? Optional.<String>empty()
                : Optional.of("--base-port: %d (expected: %s)".formatted(basePort, Ports.BASES)),
            unknownSabotage(),
            unknownFault())
        .flatMap(Optional::stream)
        .findFirst()
        .or(this::nothingToBreak);
  }

  private static Optional<String> between(String option, int value, long least, long most) {
    return value >= least && value <= most
        ? Optional.empty()
        : Optional.of("%s: %d (expected: %d..%d)".formatted(option, value, least, most));
  }

  private Optional<String> unknownSabotage() {
    return sabotage == null || isSweep() || sabotage().isPresent()
        ? Optional.empty()
        : Optional.of(
            "--sabotage: %s (expected: all, %s)"
                .formatted(sabotage, String.join(", ", new SabotageCandidates())));
  }

  /** Whether all sabotages are to be tried. */
  boolean isSweep() {
    return ALL.equals(sabotage);
  }

  /** What delivery nodes do wrong, if they should. */
  Optional<Sabotage> sabotage() {
    return Optional.ofNullable(sabotage).flatMap(Sabotage::named);
  }

  private Optional<String> unknownFault() {
    List<String> known = new Candidates();
    return faults.stream()
        .filter(name -> !name.equals(ALL) && !known.contains(name))
        .findFirst()
        .map(name -> "--faults: %s (expected: all, %s)".formatted(name, String.join(", ", known)));
  }

  private Optional<String> nothingToBreak() {
    return kinds().isEmpty()
        ? Optional.of(
            "--faults: %s (expected: one at least that this cluster can bear, of %s; others need --separate-hosts%s)"
                .formatted(
                    String.join(",", faults),
                    bearable(List.of(Kind.values())).stream()
                        .map(Kind::toString)
                        .collect(Collectors.joining(", ")),
                    missing.entrySet().stream()
                        .map(each -> "; %s %s".formatted(each.getKey(), each.getValue()))
                        .collect(Collectors.joining())))
        : Optional.empty();
  }

  /**
   * What is broken: of what was chosen, that which this cluster can bear and this machine cause.
   */
  List<Kind> kinds() {
    return bearable(
        Arrays.stream(Kind.values())
            .filter(kind -> faults.contains(ALL) || faults.contains(kind.toString()))
            .toList());
  }

  private List<Kind> bearable(List<Kind> kinds) {
    List<Fault> faults = Schedule.bearable(cluster(), kinds.stream().map(Kind::fault).toList());
    return kinds.stream()
        .filter(kind -> faults.contains(kind.fault()))
        .filter(kind -> kind.means().filter(missing::containsKey).isEmpty())
        .filter(kind -> separateHosts || !kind.needsHosts())
        .toList();
  }

  /** Names of what is not broken. */
  List<String> notTried() {
    List<Kind> kinds = kinds();
    return Arrays.stream(Kind.values())
        .filter(kind -> !kinds.contains(kind))
        .map(Kind::toString)
        .toList();
  }

  Cluster cluster() {
    return new Cluster(gateways, delivery, cassandraNodes);
  }

  Size size() {
    return new Size(gateways, delivery, cassandraNodes);
  }

  Duration lasts() {
    return Duration.ofMinutes(minutes);
  }

  Schedule schedule() {
    return Schedule.draw(seed, lasts(), cluster(), kinds().stream().map(Kind::fault).toList());
  }
}
