package io.breakwater.loadtest.chaos;

import io.breakwater.client.Endpoint;
import io.breakwater.loadtest.chaos.check.Checker;
import io.breakwater.loadtest.chaos.check.Requirements;
import io.breakwater.loadtest.chaos.faults.Equipment;
import io.breakwater.loadtest.chaos.faults.Faults;
import io.breakwater.loadtest.chaos.faults.Meter;
import io.breakwater.loadtest.chaos.faults.Needs;
import io.breakwater.loadtest.chaos.faults.Readings;
import io.breakwater.loadtest.chaos.faults.Recoveries;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.history.Recorder;
import io.breakwater.loadtest.chaos.payload.Payloads;
import io.breakwater.loadtest.chaos.phones.Crowd;
import io.breakwater.loadtest.chaos.phones.CrowdPlan;
import io.breakwater.loadtest.chaos.plan.Schedule;
import io.breakwater.loadtest.chaos.plan.Step;
import io.breakwater.loadtest.chaos.report.Judgement;
import io.breakwater.loadtest.chaos.report.Result;
import io.breakwater.loadtest.chaos.stored.StoredMessages;
import io.breakwater.loadtest.network.Network;
import io.breakwater.loadtest.stack.Hosts;
import io.breakwater.loadtest.stack.Launcher;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Ports;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.loadtest.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** One campaign from its begin to its judgement. Confined to one thread. */
final class Campaign {
  static final String KEYSPACE = "breakwater";

  /** All people come from one address, as they do on loopback. */
  private static final Map<String, String> NOT_LIMITED =
      Map.of("BREAKWATER_GATEWAY_RATE_EXEMPT", "127.0.0.0/8," + Network.HERE + "/32");

  /** At the end nothing is begun to be broken that could not be over so long before it. */
  private static final Duration PEACE = Duration.ofSeconds(30);

  /** People talk on for so long after everything was ready again, at least. */
  private static final Duration TALK_AFTER_HEAL = Duration.ofSeconds(15);

  /** Longer than it may take without breaking a promise. */
  private static final Duration SETTLE_LIMIT = Requirements.DEFAULT.progress().multipliedBy(2);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final ChaosOptions options;
  private final Path directory;
  private final Consumer<String> console;
  private final Schedule schedule;
  private final CrowdPlan crowdPlan;
  private final List<CarriedOut> carriedOut = new ArrayList<>();
  private final List<Step> skipped = new ArrayList<>();

  /** Why this campaign cannot be valid, beside what its history shows. */
  private final List<String> doubts = new ArrayList<>();

  /** When the servers were ready again after the last fault, since the begin. */
  private Duration healedAt = Duration.ZERO;

  /**
   * @param directory empty, of this campaign alone
   * @param console takes lines for the person at the terminal; any thread
   */
  Campaign(ChaosOptions options, Path directory, Consumer<String> console) {
    this.options = options;
    this.directory = directory;
    this.console = console;
    schedule = options.schedule();
    crowdPlan =
        new CrowdPlan(
            options.seed,
            options.users,
            options.devices,
            options.rate,
            options.payload,
            options.steady);
  }

  /**
   * Runs it.
   *
   * @throws TrialFailure if it comes to no judgement
   */
  CampaignReport run() throws IOException {
    console.accept(
        "seed %d: %s, %d people with %d devices each, %.0f messages/s, for %d min"
            .formatted(
                options.seed,
                options.cluster(),
                options.users,
                options.devices,
                options.rate,
                options.minutes));
    Path file = directory.resolve("history.jsonl");
    Map<Meter, Long> counted;
    Recoveries recoveries;
    Clock clock = Clock.start();
    Path data = Files.createDirectories(directory.resolve("stack"));
    Optional<Network> network =
        options.separateHosts
            ? Optional.of(Network.create(directory.resolve("net"), options.size().names()))
            : Optional.empty();
    try (Launcher launcher = new Launcher(Launcher.ownRoot());
        Recorder recorder = Recorder.create(file, clock());
        Equipment equipment = prepare(data, network.map(Network::hosts).orElse(Hosts.none()))) {
      try (Stack stack = startStack(launcher, data, equipment, network.isPresent())) {
        console.accept("cluster: ready after " + Verdict.seconds(clock.elapsed()));
        counted = live(stack, recorder, network, equipment);
        recoveries = Recoveries.of(stack);
      }
    } finally {
      network.ifPresent(Network::close);
    }
    Set<Meter> needs =
        options.everyCounter
            ? Needs.every()
            : Needs.of(
                options.cluster(),
                carriedOut.stream().map(CarriedOut::step).toList(),
                counted.keySet());
    console.accept("checking %s".formatted(file));
    return new CampaignReport(
        options.cluster(),
        crowdPlan,
        options.lasts().toMillis(),
        carriedOut,
        skipped,
        options.notTried(),
        counted.keySet(),
        needs,
        recoveries,
        doubting(Checker.check(untilItsEnd(History.in(file)), requirements(needs)), doubts));
  }

  /** With further doubts; none of them makes a campaign valid, or less invalid. */
  static Result doubting(Result result, List<String> doubts) {
    List<String> all = new ArrayList<>(result.doubts());
    all.addAll(doubts);
    boolean isInvalid = result.judgement() == Judgement.INVALID;
    return new Result(
        isInvalid || all.isEmpty() ? result.judgement() : Judgement.UNKNOWN,
        result.broken(),
        result.violations(),
        all,
        result.figures(),
        result.sometimes(),
        result.interruptions());
  }

  /** Wall time that does not jump: milliseconds since 1970, as at the begin. */
  static LongSupplier clock() {
    long wallMs = System.currentTimeMillis();
    long nanos = System.nanoTime();
    return () -> wallMs + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  private Equipment prepare(Path data, Hosts hosts) throws IOException {
    return Equipment.prepare(schedule, directory, data, options.size(), hosts);
  }

  private Stack startStack(Launcher launcher, Path data, Equipment equipment, boolean isElsewhere) {
    Ports ports = options.basePort == 0 ? Ports.free(options.size()) : new Ports(options.basePort);
    return Stack.start(
        launcher,
        data,
        ports,
        new Stack.Setup(
            List.of(),
            environment(isElsewhere ? NOT_LIMITED : Map.of()),
            options.size(),
            equipment.hosts()));
  }

  private Map<String, String> environment(Map<String, String> limits) {
    Map<String, String> environment = new HashMap<>(limits);
    options
        .sabotage()
        .ifPresent(
            sabotage -> {
              console.accept("SABOTAGED on purpose: " + sabotage);
              environment.putAll(sabotage.environment(Launcher.ownRoot()));
            });
    return environment;
  }

  /** What happens while the cluster runs. */
  private Map<Meter, Long> live(
      Stack stack, Recorder recorder, Optional<Network> network, Equipment equipment) {
    recorder.record((at, atMs) -> new Fact.CampaignBegan(at, atMs, options.seed));
    List<Endpoint> gateways =
        stack.servers(Part.GATEWAY).stream()
            .map(gateway -> gateway.serves())
            .map(address -> new Endpoint(address.getAddress().getHostAddress(), address.getPort()))
            .toList();
    try (Readings readings = Readings.start(stack);
        Crowd crowd = Crowd.start(recorder, crowdPlan, gateways, directory.resolve("phones"))) {
      crowd.begin();
      Clock clock = Clock.start();
      try (Ticker ticker = Ticker.start(clock, crowd::progress, console)) {
        breakThings(
            new Faults(
                stack,
                recorder,
                readings,
                crowd.people().userIds(),
                network,
                equipment,
                options.everyCounter ? Needs.every() : Set.of()),
            clock,
            ticker);
        ticker.now("peace");
        awaitEnd(clock);
        ticker.now("settling");
        settle(crowd);
        ticker.now("reading storage");
        readStorage(stack, recorder, crowd);
      }
      crowd.troubles().texts().forEach(this::doubt);
      readings.askAll();
      Map<Meter, Long> counted = readings.sums();
      counted.forEach(
          (meter, count) ->
              recorder.record((at, atMs) -> new Fact.Counted(at, atMs, meter.toString(), count)));
      recorder.record(Fact.CampaignEnded::new);
      return counted;
    }
  }

  private void breakThings(Faults faults, Clock clock, Ticker ticker) {
    for (Step step : schedule.steps()) {
      Duration stepLasts = Duration.ofMillis(step.durationMs());
      while (clock.elapsed().toMillis() < step.atMs()) {
        Clock.pause(LOOK_AGAIN);
      }
      if (clock.elapsed().plus(stepLasts).plus(PEACE).compareTo(options.lasts()) > 0) {
        skipped.add(step);
        continue;
      }
      if (!carriesOut(faults, step, clock, ticker)) {
        return;
      }
    }
  }

  /** Whether all is well again afterwards. */
  private boolean carriesOut(Faults faults, Step step, Clock clock, Ticker ticker) {
    String what = faults.what(step);
    long begunAtMs = clock.elapsed().toMillis();
    Fact.Effect effect = Fact.Effect.NONE;
    ticker.now(what);
    try {
      effect = faults.carryOut(step);
      ticker.now("healing from " + what);
      Duration healing = faults.awaitHealed();
      healedAt = clock.elapsed();
      carriedOut.add(new CarriedOut(step, what, begunAtMs, effect, healing.toMillis()));
      ticker.now("all ready again");
      return true;
    } catch (TrialFailure e) {
      carriedOut.add(new CarriedOut(step, what, begunAtMs, effect, -1));
      doubt(
          "nothing more was broken after fault %d: %s"
              .formatted(carriedOut.size(), e.getMessage()));
      return false;
    }
  }

  private void awaitEnd(Clock clock) {
    Duration then = healedAt.plus(TALK_AFTER_HEAL);
    Duration end = then.compareTo(options.lasts()) > 0 ? then : options.lasts();
    while (!clock.has(end)) {
      Clock.pause(LOOK_AGAIN);
    }
  }

  private void settle(Crowd crowd) {
    if (!crowd.settle(SETTLE_LIMIT)) {
      doubt("not all was answered and delivered within " + SETTLE_LIMIT.toSeconds() + " s");
    }
  }

  private void readStorage(Stack stack, Recorder recorder, Crowd crowd) {
    try {
      long messages =
          StoredMessages.read(
              stack.server(Part.CASSANDRA).serves(),
              KEYSPACE,
              crowd,
              new Payloads(options.seed),
              recorder);
      console.accept("storage: %d messages".formatted(messages));
    } catch (TrialFailure e) {
      doubt("storage could not be read: " + e.getMessage());
    }
  }

  private void doubt(String why) {
    doubts.add(why);
    console.accept(why);
  }

  /** A crowd goes on to hear things until it is closed: that is not part of the campaign. */
  static History untilItsEnd(History history) {
    return reader -> {
      boolean[] hasEnded = {false};
      return history.replay(
          fact -> {
            if (!hasEnded[0]) {
              reader.accept(fact);
            }
            hasEnded[0] |= fact instanceof Fact.CampaignEnded;
          });
    };
  }

  private Requirements requirements(Set<Meter> needs) {
    Set<String> sometimes = needs.stream().map(Meter::toString).collect(Collectors.toSet());
    Requirements usual = Requirements.DEFAULT;
    // Of a slow crowd, half of what it would say in peace is enough.
    long half = Math.max(1, Math.round(options.rate * options.lasts().toSeconds() / 2));
    return new Requirements(
        usual.progress(),
        usual.clockTolerance(),
        Math.min(usual.accepted(), half),
        Math.min(usual.delivered(), half),
        Math.max(1, carriedOut.size()),
        sometimes);
  }
}
