package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.Plan.Load;
import io.breakwater.loadtest.bench.Plan.Recipients;
import io.breakwater.loadtest.bench.load.Pace;
import io.breakwater.loadtest.bench.load.Pair;
import io.breakwater.loadtest.bench.load.Tally;
import io.breakwater.loadtest.bench.load.Traffic;
import io.breakwater.loadtest.bench.measure.CpuReading;
import io.breakwater.loadtest.bench.measure.CpuSpan;
import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.phone.Transport;
import io.breakwater.loadtest.bench.report.Row;
import io.breakwater.loadtest.bench.report.Section;
import io.breakwater.loadtest.stack.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Messages between pairs: the most that goes through, what one costs, and how long it takes at half
 * of that. Then the same with every other recipient offline.
 */
final class MessagesBench {
  private static final int WARM_UP_OUTSTANDING = 4;

  /** A generator that is later than this distorts what it measures. */
  private static final double MAX_LAG_MS = 5;

  /** Where the search for the highest rate begins, messages per second and pair. */
  private static final double FIRST_RATE_PER_PAIR = 1;

  private static final double RATE_STEP = 1.3;

  /** A rate that fails so often in a row is too high. */
  private static final int TRIES = 2;

  /** What people do not notice: p99 of delivery at a rate that goes well. */
  private static final double WELL_MS = 100;

  private final Bench bench;
  private final String setting;
  private final Tables tables;

  /** Where the figures go. */
  record Tables(Section search, Section rates, Section cost, Section latency) {}

  /**
   * @param setting what tells these lines from others of the same tables
   */
  MessagesBench(Bench bench, String setting, Tables tables) {
    this.bench = bench;
    this.setting = setting;
    this.tables = tables;
  }

  static Section searchSection() {
    return new Section("Messages: the search for the maximum")
        .note("all devices online; closed loop, so many messages of each pair under way at once");
  }

  static Section ratesSection() {
    return new Section("Messages: by rate, open loop")
        .note(
            "Poisson arrivals, each pair on its own: until something is refused, p99 is above 100 ms, or"
                + " the generator is late, twice in a row")
        .note("servers cores: processors that the three servers used, until the journal was empty");
  }

  static Section costSection() {
    return new Section("Messages: CPU until the journal is empty")
        .note(
            "µs are microseconds of CPU per durable message: of the whole process from the begin of"
                + " the load until delivery owes nothing, less what the same process used when idle"
                + " just before (that is in the column idle, all servers together)")
        .note(
            "sustained: what was accepted, by the time until the journal was empty again: what could go"
                + " on for ever")
        .note(
            "maximum: closed loop, each pair has several under way, which share packets and batches;"
                + " half of the highest rate: open loop, see the table by rate")
        .note("refused: attempts that were told to come back; their messages were sent again")
        .note("phones: the load generator; others: processors that the rest of the machine used");
  }

  static Section latencySection() {
    return new Section("Messages: latency in ms from the intended time, open loop")
        .note("a message that was refused waits as long as it was told to; that is in its latency")
        .note(
            "void: the generator was more than 5 ms late for one message in a hundred; p99.9: in a thousand");
  }

  void run() {
    int count = bench.plan().pairs();
    List<Phone> phones = bench.phones(2 * count);
    bench.connect(phones);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(pair(phones.get(2 * i), phones.get(2 * i + 1)));
    }
    bench.progress().say("warming up");
    traffic(pairs, new Pace.Outstanding(WARM_UP_OUTSTANDING), true);
    boolean isMaximumWanted = bench.plan().loads().contains(Load.MAXIMUM);
    int outstanding = isMaximumWanted ? search(pairs) : WARM_UP_OUTSTANDING;
    if (bench.plan().recipients().contains(Recipients.ONLINE)) {
      measure(pairs, outstanding, Recipients.ONLINE);
    }
    if (isMaximumWanted && bench.plan().tlsMessages() && bench.loop().hasTls()) {
      reconnect(phones, pairs, Transport.TLS_FULL);
      maximum(pairs, "online, TLS", outstanding, bench.idle());
      reconnect(phones, pairs, Transport.PLAIN);
    }
    bench.profile(setting, () -> traffic(pairs, new Pace.Outstanding(outstanding), false));
    if (bench.plan().recipients().contains(Recipients.HALF_OFFLINE)) {
      bench.disconnect(everyOther(pairs).stream().map(Pair::receiver).toList());
      measure(pairs, outstanding, Recipients.HALF_OFFLINE);
    }
    bench.disconnect(phones);
  }

  private static List<Pair> everyOther(List<Pair> pairs) {
    return IntStream.range(0, pairs.size() / 2).mapToObj(i -> pairs.get(2 * i + 1)).toList();
  }

  private void reconnect(List<Phone> phones, List<Pair> pairs, Transport transport) {
    bench.disconnect(phones);
    bench.over(transport, () -> bench.connect(phones));
    bench
        .loop()
        .call(
            () -> {
              pairs.forEach(Pair::listen);
              return 0;
            });
  }

  private Pair pair(Phone sender, Phone receiver) {
    return bench.loop().call(() -> new Pair(sender, receiver, bench.plan().payloadBytes()));
  }

  private Tally traffic(List<Pair> pairs, Pace pace, boolean warmUp) {
    var times = bench.plan().times();
    Tally tally =
        new Traffic(bench.loop(), pairs, pace).run(warmUp ? times.warmUp() : times.load());
    report(tally);
    return tally;
  }

  private void report(Tally tally) {
    tally.failures().forEach(failure -> tables.cost.note(setting + ": " + failure));
    if (tally.underWay() > 0) {
      tables.cost.note(
          "%s: %d messages were not where they should be half a minute after the end"
              .formatted(setting, tally.underWay()));
    }
  }

  /** How many messages of a pair have to be under way for the most to arrive. */
  private int search(List<Pair> pairs) {
    int best = 1;
    double most = 0;
    for (int outstanding = 1; outstanding <= 32; outstanding *= 2) {
      Tally tally =
          new Traffic(bench.loop(), pairs, new Pace.Outstanding(outstanding))
              .run(bench.plan().times().step());
      report(tally);
      tables.search.add(
          new Row()
              .with("setting", setting)
              .with("under way per pair", outstanding)
              .with("accepted/s", tally.acceptedPerSecond())
              .with("delivered/s", tally.deliveredPerSecond())
              .with("refused", tally.refusals())
              .with("delivered p50 ms", tally.toDelivered().p50())
              .with("p99 ms", tally.toDelivered().p99()));
      bench
          .progress()
          .say(
              String.format(
                  Locale.ROOT,
                  "%d under way per pair: %.0f delivered/s",
                  outstanding,
                  tally.deliveredPerSecond()));
      if (tally.deliveredPerSecond() > most) {
        best = outstanding;
        most = tally.deliveredPerSecond();
      } else if (tally.deliveredPerSecond() < 0.9 * most) {
        break;
      }
    }
    return best;
  }

  private void measure(List<Pair> pairs, int outstanding, Recipients recipients) {
    List<Load> loads = bench.plan().loads();
    if (loads.contains(Load.MAXIMUM)) {
      maximum(pairs, recipients.title(), outstanding, bench.idle());
    }
    if (loads.contains(Load.HALF)) {
      double most = highestRate(pairs, recipients);
      if (most == 0) {
        tables.rates.note("%s, %s: no rate went well".formatted(setting, recipients.title()));
      } else {
        line(
            pairs,
            recipients.title(),
            "half of the highest rate",
            new Pace.Poisson(most / 2),
            bench.idle());
      }
    }
    if (loads.contains(Load.HUMAN)) {
      double human = bench.plan().perPair() * pairs.size();
      line(pairs, recipients.title(), "human pace", new Pace.Poisson(human), bench.idle());
    }
  }

  private void maximum(List<Pair> pairs, String devices, int outstanding, CpuSpan idle) {
    line(pairs, devices, "maximum", new Pace.Outstanding(outstanding), idle);
  }

  /**
   * The highest rate of people who write without waiting for each other that goes well: everything
   * is accepted at its first attempt and soon. A rate that does not go well has a second try, since
   * a compaction that falls into one stretch says nothing of the rate.
   *
   * @return messages per second; 0 if none goes well
   */
  private double highestRate(List<Pair> pairs, Recipients recipients) {
    double best = 0;
    int failures = 0;
    for (double rate = FIRST_RATE_PER_PAIR * pairs.size(); failures < TRIES; ) {
      if (goesWell(pairs, recipients, rate)) {
        failures = 0;
        best = rate;
        rate *= RATE_STEP;
      } else {
        failures++;
      }
    }
    return best;
  }

  private boolean goesWell(List<Pair> pairs, Recipients recipients, double rate) {
    CpuReading before = CpuReading.of(bench.site().pids());
    Tally tally =
        new Traffic(bench.loop(), pairs, new Pace.Poisson(rate)).run(bench.plan().times().step());
    report(tally);
    bench.awaitEmptyJournal();
    CpuSpan span = CpuReading.of(bench.site().pids()).since(before);
    boolean isWell =
        tally.refused().isEmpty()
            && tally.underWay() == 0
            && tally.toDelivered().p99() <= WELL_MS
            && tally.lag().p99() <= MAX_LAG_MS;
    bench
        .progress()
        .say(
            String.format(
                Locale.ROOT,
                "%s, %s, %.0f/s: %s (%s refused, p99 %.1f ms, generator late %.1f ms)",
                setting,
                recipients.title(),
                rate,
                isWell ? "goes well" : "does not go well",
                tally.refusals(),
                tally.toDelivered().p99(),
                tally.lag().p99()));
    tables.rates.add(
        new Row()
            .with("setting", setting)
            .with("devices", recipients.title())
            .with("offered/s", rate)
            .with("accepted/s", tally.acceptedPerSecond())
            .with("refused", tally.refusals())
            .with("delivered p50 ms", tally.toDelivered().p50())
            .with("p99 ms", tally.toDelivered().p99())
            .with("p99.9 ms", tally.toDelivered().p999())
            .with("generator late p99", tally.lag().p99())
            .with("servers cores", Arrays.stream(Part.values()).mapToDouble(span::cores).sum())
            .with("goes well", isWell ? "yes" : "no"));
    return isWell;
  }

  /** Measures one stretch. */
  private void line(List<Pair> pairs, String devices, String load, Pace pace, CpuSpan idle) {
    bench.progress().say("%s, %s, %s".formatted(setting, devices, load));
    var measured =
        bench.measure(idle, () -> traffic(pairs, pace, false), tally -> tally.acceptedInAll());
    Tally tally = measured.result();
    double sustained = tally.acceptedInAll() * 1e9 / measured.bill().load().nanos();
    Row row =
        new Row()
            .with("setting", setting)
            .with("devices", devices)
            .with("load", load)
            .with("accepted/s", tally.acceptedPerSecond())
            .with("delivered/s", tally.deliveredPerSecond())
            .with("sustained/s", sustained)
            .with("refused", tally.refusals());
    tables.cost.add(Costs.columns(row, measured.bill()));
    bench.progress().say(Costs.summary(tally.acceptedPerSecond(), measured.bill()));
    if (pace instanceof Pace.Poisson) {
      latency(tally, devices, load);
    }
  }

  private void latency(Tally tally, String devices, String load) {
    boolean isVoid = tally.lag().p99() > MAX_LAG_MS;
    boolean isTailVoid = isVoid || tally.lag().p999() > MAX_LAG_MS;
    Row row =
        new Row()
            .with("setting", setting)
            .with("devices", devices)
            .with("load", load)
            .with("accepted/s", tally.acceptedPerSecond());
    percentile(row, "accepted p50", tally.toAccepted().p50(), isVoid);
    percentile(row, "p99", tally.toAccepted().p99(), isVoid);
    percentile(row, "p99.9", tally.toAccepted().p999(), isTailVoid);
    percentile(row, "delivered p50", tally.toDelivered().p50(), isVoid);
    percentile(row, "p99 ", tally.toDelivered().p99(), isVoid);
    percentile(row, "p99.9 ", tally.toDelivered().p999(), isTailVoid);
    row.with("generator late p99", tally.lag().p99()).with("late p99.9", tally.lag().p999());
    tables.latency.add(row);
  }

  private static void percentile(Row row, String column, double value, boolean isVoid) {
    if (isVoid) {
      row.with(column, "void");
    } else {
      row.with(column, value);
    }
  }
}
