package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.FactReader;
import io.breakwater.loadtest.surge.report.result.Generator;
import io.breakwater.loadtest.surge.report.result.Ledger;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.report.result.Timeline;
import io.breakwater.loadtest.surge.report.result.Timeline.Series;
import io.breakwater.loadtest.surge.report.result.Trouble;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Makes a result of facts: {@link #read} each generator's file, in any order, then ask for the
 * {@link #result} once. Confined to one thread.
 *
 * <p>Every time counts from the intended one. What never ended counts as well: for as long as it
 * had waited when the run ended. How much memory it takes: {@link Mail}.
 */
public final class Figures {
  private static final int DIGITS = 3;

  private final Scenario scenario;
  private final Span span;
  private final Latencies latencies;
  private final Streams streams;
  private final Sessions sessions = new Sessions();
  private final Presence presence;
  private final Mail mail;
  private final Refusals refusals;
  private final Estimates estimates;
  private final Disconnects disconnects;
  private final Censuses censuses;
  private final Histogram lagNanos = new Histogram(DIGITS);
  private boolean isDone;

  /**
   * @param played as it was played: scaled and compressed; facts speak of its streams and
   *     populations by their places
   */
  public Figures(Scenario played, Span span) {
    scenario = played;
    this.span = span;
    People people = new People(played.populations().size());
    latencies = new Latencies(played, span);
    streams = new Streams(played, span);
    presence = new Presence(people, latencies, sessions);
    mail = new Mail(played, people, presence, span);
    refusals = new Refusals(span);
    estimates = new Estimates(span);
    disconnects = new Disconnects(span);
    censuses = new Censuses(span);
  }

  /**
   * Adds the facts of one generator process.
   *
   * @throws IOException if the file is cut, has no facts, or is of another scenario; the message
   *     names it
   */
  public void read(Path file) throws IOException {
    FactReader.read(file, generator());
  }

  /** Takes the facts of one generator process, in their order. */
  Consumer<Fact> generator() {
    Censuses.One census = censuses.add();
    return fact -> add(fact, census);
  }

  private void add(Fact any, Censuses.One census) {
    switch (any) {
      case Fact.Due fact -> due(fact);
      case Fact.SignedUp fact -> signedUp(fact);
      case Fact.NotSignedUp fact ->
          latencies.open(Phase.SIGN_UP, fact.who().population(), fact.intendedNanos());
      case Fact.Welcomed fact -> {
        presence.welcomed(fact);
        sessions.welcomed(fact);
      }
      case Fact.Synced fact -> presence.synced(fact);
      case Fact.Lost fact -> {
        presence.lost(fact);
        disconnects.lost(fact);
      }
      case Fact.Left fact -> presence.left(fact);
      case Fact.Coming fact -> presence.coming(fact, isBrought(fact));
      case Fact.Written fact -> {
        stream(fact.stream());
        mail.written(fact);
      }
      case Fact.Accepted fact -> mail.accepted(fact);
      case Fact.Rejected fact -> {
        mail.rejected(fact);
        refusals.rejected(fact);
      }
      case Fact.Delivered fact -> mail.delivered(fact);
      case Fact.Repeated _ -> mail.repeated();
      case Fact.CaughtUp fact -> presence.caughtUp(fact);
      case Fact.Refused fact -> refusals.refused(fact);
      case Fact.Census fact -> census.taken(fact);
      case Fact.Queued fact -> estimates.queued(fact);
    }
  }

  private void due(Fact.Due fact) {
    ArrivalStream stream = stream(fact.stream());
    streams.due(fact.stream(), fact.intendedNanos(), fact.by());
    if (span.isBefore(fact.intendedNanos())) {
      return;
    }
    lagNanos.recordValue(Math.max(0, fact.begunNanos() - fact.intendedNanos()));
    if (fact.isDone()) {
      int population = scenario.populations().indexOf(scenario.population(stream.of()));
      switch (stream) {
        case ArrivalStream.Connects _ ->
            sessions.due(
                fact, Phase.CONNECT, population, scenario.populations().get(population).devices());
        case ArrivalStream.Reconnects _ -> sessions.due(fact, Phase.RESUME, population, 1);
        case ArrivalStream.SignUps _, ArrivalStream.Messages _ -> {}
      }
    }
  }

  /**
   * @throws IllegalArgumentException if there is none at that place
   */
  private ArrivalStream stream(int place) {
    List<ArrivalStream> all = scenario.streams();
    if (place < 0 || place >= all.size()) {
      throw new IllegalArgumentException(
          "stream: %d (expected: 0..%d)".formatted(place, all.size() - 1));
    }
    return all.get(place);
  }

  private void signedUp(Fact.SignedUp fact) {
    stream(fact.stream());
    estimates.signedUp(fact);
    latencies.ended(Phase.SIGN_UP, fact.who().population(), fact.intendedNanos(), fact.doneNanos());
    streams.done(fact.stream(), fact.intendedNanos(), fact.doneNanos());
  }

  /** Newcomers come by themselves when they have their accounts, everybody else by arrivals. */
  private boolean isBrought(Fact.Coming fact) {
    return fact.who().population() < 0
        || fact.who().population() >= scenario.populations().size()
        || scenario.populations().get(fact.who().population()).kind() != Population.Kind.NEWCOMERS;
  }

  /**
   * What the run showed. Asked once, after all facts were added.
   *
   * @throws IllegalStateException if there were none, or it was asked before
   */
  public SurgeResult result(Setting setting, ServerSamples samples, List<Trouble> troubles) {
    if (isDone || censuses.generators() == 0) {
      throw new IllegalStateException(
          isDone ? "asked twice (expected: once)" : "generators: 0 (expected: >= 1)");
    }
    isDone = true;
    Ledger ledger = mail.end(latencies, streams);
    sessions.end(latencies, streams);
    presence.end(span);
    ServerSide servers = new ServerSide(span, samples);
    return new SurgeResult(
        setting,
        troubles,
        Objectives.of(scenario, latencies),
        latencies.figures(),
        streams.totals(),
        refusals.totals(),
        disconnects.totals(),
        estimates.figures(),
        ledger,
        servers.totals(mail.accepted()),
        generatorFigures(),
        timeline(servers));
  }

  private Generator generatorFigures() {
    int messages = mail.written();
    return new Generator(
        lagMs(50),
        lagMs(99),
        lagMs(99.9),
        lagMs(100),
        messages == 0 ? Double.NaN : censuses.cpuMicros() / messages,
        Math.round(Arrays.stream(censuses.sockets()).max().orElse(0)),
        censuses.generators());
  }

  private double lagMs(double percentile) {
    return lagNanos.getTotalCount() == 0
        ? Double.NaN
        : lagNanos.getValueAtPercentile(percentile) / 1e6;
  }

  private Timeline timeline(ServerSide servers) {
    List<Series> sockets = servers.sockets();
    return new Timeline(
        streams.series(),
        goodput(),
        latencies.series(),
        Seconds.list(censuses.signingUp()),
        Seconds.list(censuses.waiting()),
        sockets.isEmpty()
            ? List.of(new Series("all, as phones count them", Seconds.list(censuses.sockets())))
            : sockets,
        servers.cpuCores(),
        servers.memoryBytes(),
        servers.marks());
  }

  /** What came to its end, whatever it was for; phases that never did are left out. */
  private List<Series> goodput() {
    List<Series> all = new ArrayList<>();
    goodput(all, Phase.SIGN_UP, "sign-ups");
    goodput(all, Phase.CONNECT, "connects");
    goodput(all, Phase.RESUME, "resumes");
    goodput(all, Phase.SEND_TO_ACCEPTED, "messages accepted");
    goodput(all, Phase.SEND_TO_DELIVERED, "messages delivered to who is online");
    return all;
  }

  private void goodput(List<Series> all, Phase phase, String name) {
    double[] perSecond = latencies.perSecond(phase);
    if (Arrays.stream(perSecond).anyMatch(each -> each > 0)) {
      all.add(new Series(name, Seconds.list(perSecond)));
    }
  }
}
