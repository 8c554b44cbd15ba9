package io.breakwater.loadtest.surge.report;

import io.breakwater.loadtest.surge.report.result.Disconnect;
import io.breakwater.loadtest.surge.report.result.Generator;
import io.breakwater.loadtest.surge.report.result.Ledger;
import io.breakwater.loadtest.surge.report.result.Objective;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.PhaseFigures;
import io.breakwater.loadtest.surge.report.result.Refusal;
import io.breakwater.loadtest.surge.report.result.Servers;
import io.breakwater.loadtest.surge.report.result.Servers.ServerProcess;
import io.breakwater.loadtest.surge.report.result.Servers.StatementKind;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.Setting.Fact;
import io.breakwater.loadtest.surge.report.result.Setting.Quota;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.report.result.Timeline;
import io.breakwater.loadtest.surge.report.result.Timeline.Arrivals;
import io.breakwater.loadtest.surge.report.result.Timeline.Latencies;
import io.breakwater.loadtest.surge.report.result.Timeline.Mark;
import io.breakwater.loadtest.surge.report.result.Timeline.Series;
import io.breakwater.loadtest.surge.report.result.Trouble;
import io.breakwater.loadtest.surge.report.result.WaitingLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * The result of a surge that never was: sign-ups rise tenfold, a gateway is killed and comes back.
 * The same seed makes the same result.
 */
public final class SyntheticRun {
  private static final int SECONDS = 300;
  private static final int RISE = 60;
  private static final int KILL = 140;
  private static final int BACK = 170;
  private static final String EXISTING = "existing users";
  private static final String NEWCOMERS = "newcomers";

  private final Random random;
  private final int gateways;
  private final int seconds;

  private SyntheticRun(long seed, int gateways, int seconds) {
    random = new Random(seed);
    this.gateways = gateways;
    this.seconds = seconds;
  }

  /** Passes. */
  public static SurgeResult passed() {
    return new SyntheticRun(1, 2, SECONDS).result("telegram-2021-10-04", 1, 0, 0.9);
  }

  /** A limit missed and messages lost. */
  public static SurgeResult failed() {
    return new SyntheticRun(2, 4, SECONDS).result("telegram-2021-10-04", 2, 3, 1.1);
  }

  /** The generator was late. */
  public static SurgeResult late() {
    return new SyntheticRun(3, 2, SECONDS).result("telegram-2021-10-04", 1, 0, 12.5);
  }

  /** Would have passed, but for troubles. */
  public static SurgeResult troubled(List<Trouble> troubles) {
    SurgeResult passed = passed();
    return new SurgeResult(
        passed.setting(),
        troubles,
        passed.objectives(),
        passed.phases(),
        passed.streams(),
        passed.refusals(),
        passed.disconnects(),
        passed.line(),
        passed.ledger(),
        passed.servers(),
        passed.generator(),
        passed.timeline());
  }

  /** The same, of which a phase was not measured. */
  public static SurgeResult without(Phase phase, SurgeResult run) {
    return new SurgeResult(
        run.setting(),
        run.troubles(),
        run.objectives(),
        run.phases().stream().filter(each -> each.phase() != phase).toList(),
        run.streams(),
        run.refusals(),
        run.disconnects(),
        run.line(),
        run.ledger(),
        run.servers(),
        run.generator(),
        run.timeline());
  }

  /** Passes, of a scenario of that name. */
  public static SurgeResult named(String scenario) {
    return new SyntheticRun(4, 2, SECONDS).result(scenario, 1, 0, 0.9);
  }

  /** Passes, with so many gateways. */
  public static SurgeResult with(int gateways, long seed) {
    return new SyntheticRun(seed, gateways, SECONDS).result("telegram-2021-10-04", 1, 0, 0.9);
  }

  /** Passes, takes so long. */
  public static SurgeResult lasting(int seconds) {
    return new SyntheticRun(5, 2, seconds).result("telegram-2021-10-04", 1, 0, 0.9);
  }

  private SurgeResult result(String scenario, double slowness, long lost, double lagMs) {
    List<PhaseFigures> phases = phases(slowness);
    Ledger ledger = new Ledger(118_204, 118_204 - lost, lost, 0, 0, 0, 0, 0, 0, 59L);
    return new SurgeResult(
        setting(scenario),
        List.of(),
        List.of(
            objective(phases, Phase.SEND_TO_ACCEPTED, EXISTING, 250),
            objective(phases, Phase.ACCEPTED_TO_DELIVERED, EXISTING, 400),
            objective(phases, Phase.ACCEPTED_TO_DELIVERED, NEWCOMERS, 1000),
            objective(phases, Phase.SIGN_UP, NEWCOMERS, 60_000),
            Objective.goodput(Phase.SEND_TO_ACCEPTED, EXISTING, 95, 98.41),
            Objective.rate(Phase.SIGN_UP, NEWCOMERS, 90, 127.04)),
        phases,
        List.of(
            new Stream("sign-ups", 41_873, 0, 0, 38_112, rate(127.04), 166.2),
            new Stream("connects", 12_118, 0, 0, 12_118, rate(40.39), 131.9),
            new Stream("messages", 120_112, 0, 20_731, 118_204, rate(394.01), 512.4)),
        List.of(
            new Refusal("tier full: queued", 3_761, 42_000, 118_000),
            new Refusal("sends by user level", 1_908, Double.NaN, Double.NaN)),
        List.of(new Disconnect("broken", 3_113)),
        new WaitingLine(31_204, 412_770, 18_311, 398_002, 17.4, 52.9),
        ledger,
        servers(),
        new Generator(0.08, lagMs, 2.6 * lagMs, 11 * lagMs, 18.4, 22_400, 2),
        timeline(slowness));
  }

  /** Of all gateways, each further one a little worse than the one before. */
  private double rate(double ofOne) {
    return ofOne * Math.pow(gateways, 0.9) * (0.9 + 0.1 * random.nextDouble());
  }

  private Setting setting(String scenario) {
    return new Setting(
        scenario,
        List.of(
            new Fact(
                "70 million people joined within one day.",
                "The founder, reported on 6 October 2021"),
            new Fact(
                "The services they came from were away for about six hours.",
                "Their operators' own account")),
        "Sign-ups follow a curve: 80 % of the day's within the six hours and one after, in bursts"
            + " of three times the mean. Existing users write twice as much meanwhile. Each"
            + " newcomer looks up contacts and writes to people who are there already.",
        100,
        60,
        20211004,
        "0123456789ab",
        "./breakwater surge %s --scale 100 --compress 60 --seed 20211004 --gateways %d"
            .formatted(scenario, gateways),
        "2026-11-26T12:00:00Z",
        seconds,
        "2 x Some Processor 3.1 GHz, memory 24 GiB, Linux 6.1",
        "OpenJDK 64-Bit Server VM 25.0.3",
        List.of(
            new Quota("gateway", gateways, 0.25 * gateways),
            new Quota("delivery", 1, 0.4),
            new Quota("cassandra", 1, 0.6),
            new Quota("generator", 2, 1)),
        true,
        "c0ffee012345",
        Double.NaN,
        true,
        Map.of(),
        false,
        0);
  }

  private static Objective objective(
      List<PhaseFigures> phases, Phase phase, String population, double limitMs) {
    double measured =
        phases.stream()
            .filter(each -> each.phase() == phase && each.population().equals(population))
            .mapToDouble(PhaseFigures::p99Ms)
            .findFirst()
            .orElse(Double.NaN);
    return Objective.latency(phase, population, 99, limitMs, measured);
  }

  private List<PhaseFigures> phases(double slowness) {
    return List.of(
        phase(Phase.SIGN_UP, NEWCOMERS, 38_112, 4_000 * slowness, 0.9),
        phase(Phase.CONNECT, EXISTING, 9_004, 9 * slowness, 0.6),
        phase(Phase.CONNECT, NEWCOMERS, 38_112, 14 * slowness, 0.8),
        phase(Phase.RESUME, EXISTING, 3_114, 6 * slowness, 0.7),
        phase(Phase.SEND_TO_ACCEPTED, EXISTING, 80_902, 11 * slowness, 0.9),
        phase(Phase.SEND_TO_ACCEPTED, NEWCOMERS, 37_302, 19 * slowness, 1),
        phase(Phase.ACCEPTED_TO_DELIVERED, EXISTING, 80_902, 21 * slowness, 1.1),
        phase(Phase.ACCEPTED_TO_DELIVERED, NEWCOMERS, 37_302, 32 * slowness, 1.2),
        phase(Phase.SEND_TO_DELIVERED, EXISTING, 80_902, 34 * slowness, 1),
        phase(Phase.SEND_TO_DELIVERED, NEWCOMERS, 37_302, 51 * slowness, 1.1),
        phase(Phase.SYNC, EXISTING, 12_118, 25 * slowness, 0.9),
        PhaseFigures.of(Phase.SYNC, NEWCOMERS, 0, new Histogram(3)));
  }

  private PhaseFigures phase(
      Phase phase, String population, long count, double medianMs, double spread) {
    Histogram nanos = new Histogram(3);
    for (int i = 0; i < 2_000; i++) {
      nanos.recordValue((long) (medianMs * 1e6 * Math.exp(spread * random.nextGaussian())));
    }
    PhaseFigures figures =
        PhaseFigures.of(phase, population, phase == Phase.SIGN_UP ? 1_234 : 0, nanos);
    return new PhaseFigures(
        phase,
        population,
        count,
        figures.open(),
        figures.p50Ms(),
        figures.p90Ms(),
        figures.p99Ms(),
        figures.p999Ms(),
        figures.maxMs());
  }

  private Servers servers() {
    List<ServerProcess> processes = new ArrayList<>();
    for (int i = 0; i < gateways; i++) {
      processes.add(
          new ServerProcess(
              "gateway", "gateway-" + i, 61 + random.nextDouble(), 412L << 20, 0.25 * (i + 1)));
    }
    processes.add(new ServerProcess("delivery", "delivery-0", 97.3, 603L << 20, 0));
    processes.add(new ServerProcess("cassandra", "cassandra-0", 151.8, 1804L << 20, Double.NaN));
    return new Servers(
        processes,
        List.of(
            new StatementKind("journal block: insert", 4_019, 0.034),
            new StatementKind("history: insert", 118_204, 1),
            new StatementKind("account: conditional insert", 38_112, 0.322),
            new StatementKind("cursor: update", 22_907, 0.194)),
        100_000L);
  }

  private Timeline timeline(double slowness) {
    List<Double> signUps = new ArrayList<>();
    List<Double> signedUp = new ArrayList<>();
    List<Double> messages = new ArrayList<>();
    List<Double> accepted = new ArrayList<>();
    List<Double> connects = new ArrayList<>();
    List<Double> connected = new ArrayList<>();
    List<Double> line = new ArrayList<>();
    double waiting = 0;
    for (int t = 0; t < seconds; t++) {
      double wanted = noisy(20 + 200 * rise(t) + (t % 60 == 0 && t > RISE ? 400 : 0));
      signUps.add(wanted);
      double done = Math.min(wanted + waiting, noisy(isDown(t) ? 70 : 150));
      waiting += wanted - done;
      signedUp.add(done);
      line.add(waiting);
      double written = noisy(300 + 200 * rise(t));
      messages.add(written);
      accepted.add(isDown(t) && t < KILL + 4 ? written * 0.5 : noisy(written));
      connects.add(noisy(40));
      connected.add(noisy(40 + (isDown(t) ? 90 : 0)));
    }
    return new Timeline(
        List.of(
            new Arrivals("sign-ups", signUps, signedUp),
            new Arrivals("connects", connects, connected),
            new Arrivals("messages", messages, accepted)),
        List.of(new Series("messages delivered", accepted), new Series("sign-ups done", signedUp)),
        List.of(
            latencies(Phase.SIGN_UP, NEWCOMERS, 900 * slowness, 40),
            latencies(Phase.CONNECT, EXISTING, 9 * slowness, 1),
            latencies(Phase.CONNECT, NEWCOMERS, 12 * slowness, 2),
            latencies(Phase.RESUME, EXISTING, 6 * slowness, 1),
            latencies(Phase.SEND_TO_ACCEPTED, EXISTING, 10 * slowness, 1),
            latencies(Phase.SEND_TO_ACCEPTED, NEWCOMERS, 16 * slowness, 2),
            latencies(Phase.ACCEPTED_TO_DELIVERED, EXISTING, 20 * slowness, 1),
            latencies(Phase.ACCEPTED_TO_DELIVERED, NEWCOMERS, 28 * slowness, 3),
            latencies(Phase.SEND_TO_DELIVERED, EXISTING, 32 * slowness, 1),
            latencies(Phase.SEND_TO_DELIVERED, NEWCOMERS, 46 * slowness, 3),
            latencies(Phase.SYNC, EXISTING, 25 * slowness, 1)),
        line.stream().map(each -> each + 300).toList(),
        line,
        sockets(),
        List.of(cpu("gateway", 0.4), cpu("delivery", 0.28), cpu("cassandra", 0.45)),
        List.of(memory("gateway", 700), memory("delivery", 500), memory("cassandra", 1600)),
        List.of(
            new Mark(RISE, "the others go down"),
            new Mark(KILL, "gateway-1 killed"),
            // Labels of one second, and long ones: to be looked at.
            new Mark(KILL, "hang-up of 25 % of existing users for 20 s"),
            new Mark(KILL + 0.4, "gateway-2 is down: not restarted"),
            new Mark(BACK, "gateway-1 is back"),
            new Mark(0.97 * seconds, "gateway-0 restarted"),
            new Mark(0.97 * seconds, "gateway-3 added")));
  }

  private Latencies latencies(Phase phase, String population, double medianMs, double underSurge) {
    List<Double> p50 = new ArrayList<>();
    List<Double> p99 = new ArrayList<>();
    for (int t = 0; t < seconds; t++) {
      boolean isSilent = phase == Phase.RESUME && t < KILL;
      double median = noisy(medianMs * (1 + underSurge * rise(t)) * (isDown(t) ? 1.6 : 1));
      p50.add(isSilent ? Double.NaN : median);
      p99.add(isSilent ? Double.NaN : noisy(median * (isDown(t) ? 9 : 4)));
    }
    return new Latencies(phase, population, p50, p99);
  }

  private List<Series> sockets() {
    List<Series> all = new ArrayList<>();
    for (int i = 0; i < gateways; i++) {
      List<Double> open = new ArrayList<>();
      for (int t = 0; t < seconds; t++) {
        double even = (9000 + 12_000 * rise(t)) / gateways;
        double back = Math.clamp((t - BACK) / 60.0, 0, 1);
        open.add(
            t < KILL
                ? even
                : i == 1
                    ? (t < BACK ? 0 : even * back)
                    : even + even * (1 - back) / (gateways - 1));
      }
      all.add(new Series("gateway-" + i, open));
    }
    return all;
  }

  private Series cpu(String tier, double cores) {
    List<Double> used = new ArrayList<>();
    for (int t = 0; t < seconds; t++) {
      used.add(
          noisy(cores * (0.4 + 0.6 * rise(t)) * (isDown(t) && tier.equals("gateway") ? 0.6 : 1)));
    }
    return new Series(tier, used);
  }

  private Series memory(String tier, int mebibytes) {
    List<Double> resident = new ArrayList<>();
    for (int t = 0; t < seconds; t++) {
      resident.add((double) ((long) (mebibytes * (0.8 + 0.2 * rise(t))) << 20));
    }
    return new Series(tier, resident);
  }

  /** From 0 to 1. */
  private static double rise(int second) {
    return Math.clamp((second - RISE) / 40.0, 0, 1);
  }

  private static boolean isDown(int second) {
    return second >= KILL && second < BACK;
  }

  private double noisy(double value) {
    return value * (1 + 0.06 * random.nextGaussian());
  }
}
