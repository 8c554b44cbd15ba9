package io.breakwater.loadtest.surge.run;

import io.breakwater.loadtest.stack.Launcher;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Ports;
import io.breakwater.loadtest.stack.Server;
import io.breakwater.loadtest.stack.Size;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.surge.figures.Figures;
import io.breakwater.loadtest.surge.figures.ServerSamples;
import io.breakwater.loadtest.surge.figures.Span;
import io.breakwater.loadtest.surge.fleet.play.Fleet;
import io.breakwater.loadtest.surge.quota.Processors;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.report.result.Trouble;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;

/** One run from its begin to its result. Confined to one thread. */
final class Conductor {
  /** Time to hear of the begin before it. */
  private static final Duration HEADWAY = Duration.ofSeconds(2);

  /** Beside what the accounts take, at a hundred a second. */
  private static final Duration PREPARATION = Duration.ofMinutes(5);

  private static final double ACCOUNTS_PER_SECOND = 100;

  /** For the steps of the end, beside what is waited for on purpose. */
  private static final Duration ENDING = Duration.ofMinutes(2);

  private static final Duration TICK = Duration.ofSeconds(5);

  /** A few phones do here what many people do. */
  private static final List<String> NO_LIMITS =
      List.of("DEVICE_SENDS", "DEVICE_PAYLOAD_BYTES", "DEVICE_FRAMES", "ACCOUNT_SENDS");

  private final SurgeOptions options;
  private final Replay replay;
  private final Plan plan;
  private final Path directory;
  private final Consumer<String> console;

  /**
   * @param directory of this run alone
   * @param console takes lines for the person at the terminal
   */
  Conductor(
      SurgeOptions options, Replay replay, Plan plan, Path directory, Consumer<String> console) {
    this.options = options;
    this.replay = replay;
    this.plan = plan;
    this.directory = directory;
    this.console = console;
  }

  /** {@code HOST:PORT} of each. */
  static List<String> addresses(List<Server> gateways) {
    return gateways.stream().map(Server::serves).map(Conductor::text).toList();
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ':' + address.getPort();
  }

  /**
   * Runs it.
   *
   * @param setting of the run, by how many seconds it took
   * @throws TrialFailure if it came to no end
   */
  SurgeResult run(DoubleFunction<Setting> setting) throws IOException {
    long self = ProcessHandle.current().pid();
    Optional<Processors> all =
        options.ownProcessor ? Optional.of(Processors.of(self)) : Optional.empty();
    // Whatever this process starts is held as well: the stack. Generators are held elsewhere.
    all.ifPresent(each -> each.others().hold(self));
    Optional<Processors> generators = all.map(Processors::last);
    if (!options.target.isEmpty()) {
      try (Shares none = Shares.of(Map.of())) {
        return play(Optional.empty(), none, options.target, generators, setting);
      }
    }
    Size size = plan.size();
    Path data = Files.createDirectories(directory.resolve("stack"));
    Ports ports = options.basePort == 0 ? Ports.free(size) : new Ports(options.basePort);
    Clock clock = Clock.start();
    // In this order: groups can be removed when nobody is in them any more.
    try (Shares shares = Shares.of(size, options.shares());
        Launcher launcher = new Launcher(Launcher.ownRoot());
        Stack stack =
            Stack.start(launcher, data, ports, new Stack.Setup(List.of(), environment(), size))) {
      console.accept(
          "stack: %d gateways, %d delivery nodes, %d Cassandra nodes, ready after %.0f s"
              .formatted(
                  size.gateways(),
                  size.deliveries(),
                  size.cassandras(),
                  clock.elapsed().toMillis() / 1e3));
      List<Server> atBegin =
          stack.servers(Part.GATEWAY).subList(0, options.gateways(replay.played()));
      return play(Optional.of(stack), shares, addresses(atBegin), generators, setting);
    }
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    NO_LIMITS.forEach(limit -> environment.put("BREAKWATER_GATEWAY_RATE_" + limit, "off"));
    environment.put("BREAKWATER_GATEWAY_RATE_EXEMPT", "127.0.0.0/8");
    return environment;
  }

  private SurgeResult play(
      Optional<Stack> stack,
      Shares shares,
      List<String> gateways,
      Optional<Processors> processors,
      DoubleFunction<Setting> setting)
      throws IOException {
    List<Server> servers = stack.map(Stack::servers).orElse(List.of());
    try (Generators generators =
        Generators.start(
            plan.generators(),
            index -> plan.job(index, gateways, directory),
            directory,
            processors)) {
      Clock clock = Clock.start();
      long connected =
          generators.connect(PREPARATION.plus(seconds(plan.accounts() / ACCOUNTS_PER_SECOND)));
      console.accept(
          "phones: %d accounts, %d connected, after %.0f s"
              .formatted(plan.accounts(), connected, clock.elapsed().toMillis() / 1e3));
      return play(stack, servers, shares, generators, setting);
    }
  }

  private SurgeResult play(
      Optional<Stack> stack,
      List<Server> servers,
      Shares shares,
      Generators generators,
      DoubleFunction<Setting> setting)
      throws IOException {
    Duration warmUp = Duration.ofSeconds(options.warmUpSeconds);
    long begin = System.nanoTime() + HEADWAY.plus(warmUp).toNanos();
    generators.go(begin, warmUp);
    if (options.warmUpSeconds > 0) {
      console.accept("warming up for %d s".formatted(options.warmUpSeconds));
      Clock.pause(warmUp);
    }
    Ending.Ended ended;
    try (ServerWatch watch = ServerWatch.start(servers)) {
      // Not before: what is compiled by then need not be in the run.
      long held = begin + TimeUnit.SECONDS.toNanos(options.quotaFromSeconds());
      Turmoil turmoil = turmoil(stack, watch, generators, begin);
      try (Holding _ = Holding.start(servers, shares, held, () -> watch.mark("quotas"))) {
        ended =
            Ending.of(
                new Stage(generators, turmoil, watch, servers, shares, begin), System::nanoTime);
      }
    }
    Figures figures = new Figures(replay.played(), new Span(begin, ended.atNanos()));
    for (Path facts : generators.facts()) {
      figures.read(facts);
    }
    return figures.result(
        setting.apply((ended.atNanos() - begin) / 1e9).with(generators.arePrioritised()),
        ended.samples(),
        ended.troubles());
  }

  /** Who is on it when the run is under way. */
  private final class Stage implements Ending.Work {
    private final Generators generators;
    private final Turmoil turmoil;
    private final ServerWatch watch;
    private final List<Server> servers;
    private final Shares shares;
    private final long begin;

    Stage(
        Generators generators,
        Turmoil turmoil,
        ServerWatch watch,
        List<Server> servers,
        Shares shares,
        long begin) {
      this.generators = generators;
      this.turmoil = turmoil;
      this.watch = watch;
      this.servers = servers;
      this.shares = shares;
      this.begin = begin;
    }

    @Override
    public void awaitQuiet() {
      Duration duration = replay.played().duration();
      try (turmoil;
          Ticker _ = Ticker.start(() -> progress(generators, begin), TICK, console)) {
        generators.awaitQuiet(HEADWAY.plus(duration).plusSeconds(options.waitSeconds).plus(ENDING));
      }
    }

    @Override
    public ServerSamples samples() {
      return servers.isEmpty() ? ServerSamples.NONE : watch.samples();
    }

    @Override
    public Map<String, Double> throttled() {
      Map<String, Double> throttled = new HashMap<>();
      shares
          .throttled()
          .forEach(
              (server, waited) -> {
                console.accept(Shares.text(server, waited));
                throttled.put(server, waited.share());
              });
      return throttled;
    }

    @Override
    public void liftQuotas() {
      shares.lift();
    }

    @Override
    public List<Trouble> finish() {
      Duration asking =
          Fleet.askingLimit(
              Duration.ofSeconds(options.waitSeconds),
              plan.accounts() + generators.progress("signedUp"));
      return generators.finish(asking.plus(ENDING));
    }

    @Override
    public List<Trouble> troubles() {
      List<Trouble> troubles = new ArrayList<>();
      // What is under way at the end can still go wrong.
      turmoil.problems().forEach(each -> troubles.add(Trouble.ofRun(each)));
      watch.problem().ifPresent(each -> troubles.add(Trouble.ofRun(each)));
      shares.problems().forEach(each -> troubles.add(Trouble.ofRun(each)));
      return troubles;
    }
  }

  /** Without a stack nothing is broken but by the generators. */
  private Turmoil turmoil(
      Optional<Stack> stack, ServerWatch watch, Generators generators, long begin) {
    List<Fault> faults = replay.played().faults();
    return stack
        .map(
            each ->
                Turmoil.start(
                    faults,
                    begin,
                    each,
                    watch,
                    generators,
                    options.gateways(replay.played()),
                    options.seed))
        .orElseGet(Turmoil::none);
  }

  private String progress(Generators generators, long begin) {
    return String.format(
        Locale.ROOT,
        "[%4d s] %d arrivals; %d sockets, %d signing up (%d in line); %d accepted, %d delivered, %d refusals; lag %.1f ms",
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
        generators.progress("due"),
        generators.progress("sockets"),
        generators.progress("signingUp"),
        generators.progress("waiting"),
        generators.progress("accepted"),
        generators.progress("delivered"),
        generators.progress("refused"),
        generators.worst("lagNanos") / 1e6);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (seconds * 1e3));
  }
}
