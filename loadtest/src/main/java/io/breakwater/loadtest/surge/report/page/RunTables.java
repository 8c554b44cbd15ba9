package io.breakwater.loadtest.surge.report.page;

import static io.breakwater.loadtest.surge.report.page.Table.Cell.count;
import static io.breakwater.loadtest.surge.report.page.Table.Cell.fault;
import static io.breakwater.loadtest.surge.report.page.Table.Cell.judged;
import static io.breakwater.loadtest.surge.report.page.Table.Cell.number;
import static io.breakwater.loadtest.surge.report.page.Table.Cell.word;

import io.breakwater.loadtest.surge.report.page.Table.Cell;
import io.breakwater.loadtest.surge.report.page.Table.Row;
import io.breakwater.loadtest.surge.report.result.Disconnect;
import io.breakwater.loadtest.surge.report.result.Generator;
import io.breakwater.loadtest.surge.report.result.Ledger;
import io.breakwater.loadtest.surge.report.result.Objective;
import io.breakwater.loadtest.surge.report.result.Objective.Measure;
import io.breakwater.loadtest.surge.report.result.PhaseFigures;
import io.breakwater.loadtest.surge.report.result.Refusal;
import io.breakwater.loadtest.surge.report.result.Servers;
import io.breakwater.loadtest.surge.report.result.Servers.ServerProcess;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.WaitingLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The figures of a run. */
final class RunTables {
  private static final double PERCENT = 100;
  private static final double MILLION = 1e6;

  private RunTables() {}

  /**
   * @param counts whether the run says anything about the tier
   */
  static Table objectives(List<Objective> objectives, boolean counts) {
    return new Table(
        "Service level objectives",
        List.of(
            word("met?"),
            word("phase"),
            word("population"),
            word("measure"),
            number("limit"),
            number("measured")),
        objectives.stream()
            .map(
                each ->
                    Row.of(
                        counts
                            ? judged(each.met(), each.met() ? "✓ met" : "✗ missed")
                            : word("void"),
                        word(each.phase().title()),
                        word(each.population()),
                        word(each.what()),
                        number(
                            (each.measure() == Measure.LATENCY ? "≤ " : "≥ ")
                                + amount(each, each.limit())),
                        number(amount(each, each.measured()))))
            .toList());
  }

  private static String amount(Objective objective, double value) {
    return Double.isNaN(value)
        ? Numbers.UNKNOWN
        : Numbers.text(value) + ' ' + objective.measure().unit();
  }

  static Table phases(List<PhaseFigures> phases) {
    return new Table(
        "Milliseconds",
        List.of(
            word("phase"),
            word("population"),
            number("count"),
            number("open still"),
            number("p50"),
            number("p90"),
            number("p99"),
            number("p99.9"),
            number("max")),
        phases.stream()
            .map(
                each ->
                    Row.of(
                        word(each.phase().title()),
                        word(each.population()),
                        count(each.count()),
                        count(each.open()),
                        number(each.p50Ms()),
                        number(each.p90Ms()),
                        number(each.p99Ms()),
                        number(each.p999Ms()),
                        number(each.maxMs())))
            .toList());
  }

  static Table streams(List<Stream> streams) {
    return new Table(
        "Goodput",
        List.of(
            word("stream"),
            number("intended"),
            number("for nobody"),
            number("nobody %"),
            number("by another"),
            number("done"),
            number("done %"),
            number("done/s"),
            number("most /s, 10 s")),
        streams.stream()
            .map(
                each ->
                    Row.of(
                        word(each.name()),
                        count(each.intended()),
                        count(each.nobody()),
                        number(each.nobodyPercent()),
                        count(each.replaced()),
                        count(each.done()),
                        number(PERCENT * each.done() / (each.intended() - each.nobody())),
                        number(each.perSecond()),
                        number(each.peakPerSecond())))
            .toList());
  }

  static Table refusals(List<Refusal> refusals) {
    return new Table(
        "Refusals",
        List.of(
            word("reason"),
            number("count"),
            number("return after p50 ms"),
            number("return after max ms")),
        refusals.stream()
            .map(
                each ->
                    Row.of(
                        word(each.reason()),
                        count(each.count()),
                        number(each.returnAfterP50Ms()),
                        number(each.returnAfterMaxMs())))
            .toList());
  }

  static Table disconnects(List<Disconnect> disconnects) {
    return new Table(
        "Connections lost",
        List.of(word("reason"), number("count")),
        disconnects.stream()
            .map(each -> Row.of(word(each.reason()), count(each.count())))
            .toList());
  }

  static Table ledger(Ledger ledger) {
    return new Table(
        "Messages, counted for each device they are for",
        List.of(word("messages"), number("count"), word("what is counted")),
        List.of(
            Row.of(
                word("accepted"),
                count(ledger.accepted()),
                word("its writer was told that it is safe: it has to be delivered")),
            Row.of(
                word("delivered"),
                count(ledger.delivered()),
                word("shown on the device once, and in its place")),
            Row.of(
                word("lost"),
                fault(ledger.lost()),
                word("the device said at the end that it has everything, and never had this")),
            Row.of(
                word("doubled"),
                fault(ledger.doubled()),
                word("shown on the device more than once, though it drops what it has seen")),
            Row.of(
                word("reordered"),
                fault(ledger.reordered()),
                word("shown before one that its writer wrote earlier, or after a later one")),
            Row.of(
                word("unaccounted"),
                fault(ledger.unaccounted()),
                word(
                    "not delivered; the device, though online, never said that it has everything")),
            Row.of(
                word("waiting"),
                fault(ledger.waiting()),
                word(
                    "not delivered; the device was away, and could not be asked at the end: void")),
            Row.of(
                word("ghosts"),
                fault(ledger.ghosts()),
                word("shown on a device, though nobody wrote it to its user")),
            Row.of(
                word("despite rejection"),
                fault(ledger.despiteRejection()),
                word("shown on a device, though its writer was told that it is refused for good")),
            Row.of(
                word("repeated"),
                repeated(ledger),
                word(
                    "delivered again; the device dropped it by its origin: %s per million delivered"
                        .formatted(Numbers.text(perMillion(ledger)))))));
  }

  private static Cell repeated(Ledger ledger) {
    Long repeated = ledger.repeated();
    return repeated == null ? number(Double.NaN) : count(repeated);
  }

  private static double perMillion(Ledger ledger) {
    Long repeated = ledger.repeated();
    return repeated == null || ledger.delivered() == 0
        ? Double.NaN
        : MILLION * repeated / ledger.delivered();
  }

  static Table line(WaitingLine line) {
    return new Table(
        "Waiting in line",
        List.of(word("figure"), number("value"), word("")),
        List.of(
            Row.of(word("people"), count(line.people()), word("who signed up and were in line")),
            Row.of(word("told"), count(line.told()), word("how often one was told its place")),
            Row.of(word("longest"), count(line.longestPlace()), word("the highest place")),
            Row.of(
                word("estimates compared"),
                count(line.compared()),
                word("of those who had an account by the end of the run")),
            Row.of(
                word("error p50, %"),
                number(line.errorP50Percent()),
                word("of what it took from then on, or of a second if that is more")),
            Row.of(word("error p90, %"), number(line.errorP90Percent()), word(""))));
  }

  static Table processes(Servers servers, double seconds) {
    Map<String, List<ServerProcess>> tiers = new LinkedHashMap<>();
    servers
        .processes()
        .forEach(each -> tiers.computeIfAbsent(each.tier(), _ -> new ArrayList<>()).add(each));
    List<Row> rows = new ArrayList<>();
    tiers.forEach(
        (tier, processes) -> {
          processes.forEach(
              each ->
                  rows.add(
                      process(
                          tier,
                          each.name(),
                          each.cpuSeconds(),
                          each.memoryMaxBytes(),
                          each.throttled(),
                          seconds)));
          if (processes.size() > 1) {
            double cpu = processes.stream().mapToDouble(ServerProcess::cpuSeconds).sum();
            long memory = processes.stream().mapToLong(ServerProcess::memoryMaxBytes).sum();
            Row total = process(tier, "all " + processes.size(), cpu, memory, Double.NaN, seconds);
            rows.add(Row.total(total.cells().toArray(new Cell[0])));
          }
        });
    return new Table(
        "CPU and memory",
        List.of(
            word("tier"),
            word("process"),
            number("CPU s"),
            number("cores, mean"),
            number("memory MiB, max"),
            number("quota used up, %")),
        rows);
  }

  private static Row process(
      String tier, String name, double cpu, long memory, double throttled, double seconds) {
    return Row.of(
        word(tier),
        word(name),
        number(cpu),
        number(cpu / seconds),
        number(Numbers.mebibytes(memory)),
        number(PERCENT * throttled));
  }

  static Table statements(Servers servers) {
    return new Table(
        "Cassandra statements",
        List.of(word("kind"), number("count"), number("per accepted message")),
        servers.statements().stream()
            .map(each -> Row.of(word(each.kind()), count(each.count()), number(each.perMessage())))
            .toList());
  }

  static Table generator(Generator generator) {
    boolean isInTime = generator.inTime();
    return new Table(
        "Load generator",
        List.of(word("figure"), number("value"), word("")),
        List.of(
            Row.of(word("lag p50, ms"), number(generator.lagP50Ms()), word("")),
            Row.of(
                word("lag p99, ms"),
                number(generator.lagP99Ms()),
                judged(isInTime, isInTime ? "✓ within 5 ms" : "✗ over 5 ms: void")),
            Row.of(word("lag p99.9, ms"), number(generator.lagP999Ms()), word("")),
            Row.of(word("lag max, ms"), number(generator.lagMaxMs()), word("")),
            Row.of(
                word("own CPU per message, µs"), number(generator.cpuMicrosPerMessage()), word("")),
            Row.of(word("phones at once"), count(generator.phones()), word("")),
            Row.of(word("processes"), count(generator.processes()), word("")),
            Row.of(
                word("phones per process"),
                number((double) generator.phones() / generator.processes()),
                word(""))));
  }

  private static String prioritised(Setting setting) {
    Boolean isSo = setting.prioritised();
    return isSo == null ? "unknown" : isSo ? "yes" : "no: this user may not";
  }

  static Table setting(Setting setting) {
    List<Row> rows =
        new ArrayList<>(
            List.of(
                Row.of(word("date"), word(setting.date())),
                Row.of(word("commit"), word(setting.commit())),
                Row.of(word("seed"), word(Long.toString(setting.seed()))),
                Row.of(word("scale"), word("1 / " + Numbers.plain(setting.scale()))),
                Row.of(word("clock"), word("× " + Numbers.plain(setting.compress()))),
                Row.of(word("length"), word(Numbers.clock(setting.seconds()) + " min")),
                Row.of(word("warm-up"), word(setting.warmUpSeconds() + " s")),
                Row.of(word("machine"), word(setting.machine())),
                Row.of(word("JDK"), word(setting.jdk())),
                Row.of(word("phones go before servers"), word(prioritised(setting))),
                Row.of(word("impatient clients"), word(Differences.impatient(setting))),
                Row.of(
                    word("own processor for generators"), word(Differences.ownProcessor(setting))),
                Row.of(
                    word("content of the scenario"),
                    word(Objects.requireNonNullElse(setting.content(), Numbers.UNKNOWN)))));
    setting
        .quotas()
        .forEach(
            each ->
                rows.add(
                    Row.of(
                        word("CPU quota, " + each.tier()),
                        word(
                            "%s cores for %d process%s"
                                .formatted(
                                    Numbers.plain(each.cores()),
                                    each.processes(),
                                    each.processes() == 1 ? "" : "es")))));
    return new Table("Circumstances", List.of(word("what"), word("value")), rows);
  }
}
