package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.load.Pace;
import io.breakwater.loadtest.bench.load.Pair;
import io.breakwater.loadtest.bench.load.Tally;
import io.breakwater.loadtest.bench.load.Traffic;
import io.breakwater.loadtest.bench.measure.Median;
import io.breakwater.loadtest.bench.measure.ProcessUsage;
import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.phone.PhoneLoop;
import io.breakwater.loadtest.bench.report.Row;
import io.breakwater.loadtest.bench.report.Section;
import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.stack.FurtherServer;
import io.breakwater.loadtest.stack.Launcher;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Server;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.stack.StartCommand;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How soon a server is ready that is started beside those that run, with its class archive and
 * without; and what people notice of a gateway's first minute.
 */
final class StartBench {
  /** An address of this machine at which a stack has none of its servers. */
  private static final InetAddress BESIDE = InetAddress.ofLiteral("127.0.0.77");

  private static final Duration ARCHIVE_LIMIT = Duration.ofMinutes(2);

  /** For the others to take over what a server leaves that ends. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** So few that no gateway asks phones to go to another one. */
  private static final int PAIRS = 24;

  private static final double MESSAGES_PER_SECOND = 200;
  private static final int WARM_UP_OUTSTANDING = 4;
  private static final int WINDOWS = 6;

  private final Bench bench;
  private final Tables tables;

  /** Where the figures go. */
  record Tables(Section starts, Section archive, Section minute) {}

  /** One start, in seconds. */
  private record Start(double alive, double ready, double cpu) {}

  /** A stretch of messages, and the CPU of their gateway. */
  private record Window(Tally tally, double micros) {}

  StartBench(Bench bench, Tables tables) {
    this.bench = bench;
    this.tables = tables;
  }

  static Section startsSection() {
    return new Section("Starts")
        .note(
            "a process started beside a stack that has nothing to do, with the command of up, at another"
                + " address: a further gateway; a further delivery node, which joins the one that runs")
        .note("alive: its admin port answers; ready: it can be used; asked every 5 ms")
        .note(
            "CPU s: of the process, user and system, until it is ready; a gateway warms itself up before it is")
        .note("the two ways of starting take turns");
  }

  static Section archiveSection() {
    return new Section("Starts: class archive")
        .note(
            "medians; x: the median of the ratios of each start with the archive to the next one without");
  }

  static Section minuteSection() {
    return new Section("A gateway's first minute")
        .note(
            "%d pairs, %.0f messages/s together, one by one at random; ms from the intended time until delivered"
                .formatted(PAIRS, MESSAGES_PER_SECOND))
        .note(
            "fresh: a gateway beside the stack's, from the moment at which it is ready, started with its class"
                + " archive if it has one; warm: the stack's own, after a warm-up at full load, a minute before."
                + " Delivery and Cassandra are the same, and warm")
        .note("µs: CPU of the gateway for each message, idling included; x: fresh by warm")
        .note(
            "late: of the generator, p99 in ms, the larger of the two; above 5 the percentiles are void");
  }

  void run() {
    Stack stack =
        bench
            .site()
            .stack()
            .orElseThrow(() -> new TrialFailure("start: only of a stack that bench has started"));
    StartCommand gateway = command(stack, Part.GATEWAY);
    starts(gateway, log(stack, Part.GATEWAY));
    starts(command(stack, Part.DELIVERY), log(stack, Part.DELIVERY));
    minutes(stack, gateway);
  }

  private static Path log(Stack stack, Part part) {
    return stack.logs().resolve("further-" + part + ".log");
  }

  /** How {@code up} starts such a server: with an archive, once it has made one. */
  private StartCommand command(Stack stack, Part part) {
    Server server = stack.server(part);
    if (server.startCommand().listsClasses()) {
      Instant since =
          server
              .pid()
              .flatMap(ProcessHandle::of)
              .flatMap(process -> process.info().startInstant())
              .orElse(Instant.EPOCH);
      bench.progress().say("waiting for the class archive of " + part);
      Clock clock = Clock.start();
      while (!hasArchive(part, since) && !clock.has(ARCHIVE_LIMIT)) {
        Clock.pause(Duration.ofMillis(500));
      }
      server.awaitRestart(server.terminate());
    }
    return server.startCommand().at(BESIDE);
  }

  private static boolean hasArchive(Part part, Instant since) {
    Path target = Launcher.ownRoot().resolve(part.toString()).resolve("target");
    try (DirectoryStream<Path> archives = Files.newDirectoryStream(target, "classes-*.jsa")) {
      for (Path archive : archives) {
        if (Files.getLastModifiedTime(archive).toInstant().isAfter(since)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void starts(StartCommand command, Path log) {
    Part part = command.part();
    if (!command.hasClassArchive()) {
      tables.archive.note(part + ": up has no class archive for it, so only starts without one");
    }
    List<Start> with = new ArrayList<>();
    List<Start> without = new ArrayList<>();
    bench.awaitRest();
    // The first one reads the jars from the disk.
    start(command, log);
    for (int i = 0; i < bench.plan().times().starts(); i++) {
      if (command.hasClassArchive()) {
        with.add(shown(part, "with", start(command, log)));
      }
      without.add(shown(part, "without", start(command.withoutClassArchive(), log)));
    }
    if (!with.isEmpty()) {
      Row row = new Row().with("what", part.toString());
      compare(row, "alive", with, without, Start::alive);
      compare(row, "ready", with, without, Start::ready);
      compare(row, "CPU", with, without, Start::cpu);
      tables.archive.add(row);
    }
  }

  private Start shown(Part part, String archive, Start start) {
    tables.starts.add(
        new Row()
            .with("what", part.toString())
            .with("class archive", archive)
            .with("alive s", start.alive)
            .with("ready s", start.ready)
            .with("CPU s", start.cpu));
    bench
        .progress()
        .say(
            String.format(
                Locale.ROOT,
                "%s, %s class archive: alive after %.2f s, ready after %.2f s, %.2f s of CPU",
                part,
                archive,
                start.alive,
                start.ready,
                start.cpu));
    return start;
  }

  private static void compare(
      Row row, String what, List<Start> with, List<Start> without, ToDoubleFunction<Start> figure) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < with.size(); i++) {
      ratios.add(figure.applyAsDouble(with.get(i)) / figure.applyAsDouble(without.get(i)));
    }
    row.with(what + " s with", median(with, figure))
        .with(what + " s without", median(without, figure))
        .with(what + " x", Median.of(ratios));
  }

  private static double median(List<Start> starts, ToDoubleFunction<Start> figure) {
    return Median.of(starts.stream().map(figure::applyAsDouble).toList());
  }

  private static Start start(StartCommand command, Path log) {
    Start start;
    try (FurtherServer server = FurtherServer.start(command, log)) {
      double alive = seconds(server.awaitAlive());
      double ready = seconds(server.awaitReady());
      start = new Start(alive, ready, cpuMicros(server.pid()) / 1e6);
    }
    Clock.pause(PAUSE);
    return start;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static long cpuMicros(long pid) {
    return ProcessUsage.of(pid)
        .map(ProcessUsage::cpuMicros)
        .orElseThrow(() -> new TrialFailure("process %d has ended".formatted(pid)));
  }

  private void minutes(Stack stack, StartCommand command) {
    List<Account> accounts = bench.accounts(4 * PAIRS);
    Server own = stack.server(Part.GATEWAY);
    long pid = own.pid().orElseThrow(() -> new TrialFailure("the gateway does not run"));
    List<Window> warm =
        at(
            own.serves(),
            accounts.subList(0, 2 * PAIRS),
            (loop, pairs) -> {
              bench.progress().say("warming up");
              new Traffic(loop, pairs, new Pace.Outstanding(WARM_UP_OUTSTANDING))
                  .run(bench.plan().times().warmUp());
              bench.awaitRest();
              return minute("warm", loop, pairs, pid);
            });
    bench.awaitRest();
    List<Window> fresh;
    try (FurtherServer server = FurtherServer.start(command, log(stack, Part.GATEWAY))) {
      server.awaitReady();
      fresh =
          at(
              server.serves(),
              accounts.subList(2 * PAIRS, 4 * PAIRS),
              (loop, pairs) -> minute("fresh", loop, pairs, server.pid()));
    }
    for (int i = 0; i < WINDOWS; i++) {
      show(i, fresh.get(i), warm.get(i));
    }
  }

  /** What is done with pairs that are up. */
  private interface Deed {
    List<Window> with(PhoneLoop loop, List<Pair> pairs);
  }

  private List<Window> at(InetSocketAddress gateway, List<Account> accounts, Deed deed) {
    try (PhoneLoop loop = new PhoneLoop(List.of(gateway), Optional.empty())) {
      List<Phone> phones = accounts.stream().map(account -> new Phone(loop, account)).toList();
      Bench.connect(loop, phones);
      List<Pair> pairs =
          loop.call(
              () -> {
                List<Pair> all = new ArrayList<>();
                for (int i = 0; i < phones.size(); i += 2) {
                  int bytes = bench.plan().payloadBytes();
                  all.add(new Pair(phones.get(i), phones.get(i + 1), bytes));
                }
                return all;
              });
      return deed.with(loop, pairs);
    }
  }

  private List<Window> minute(String which, PhoneLoop loop, List<Pair> pairs, long pid) {
    bench.progress().say("%s gateway: %d windows".formatted(which, WINDOWS));
    List<Window> windows = new ArrayList<>();
    for (int i = 0; i < WINDOWS; i++) {
      long before = cpuMicros(pid);
      Tally tally =
          new Traffic(loop, pairs, new Pace.Poisson(MESSAGES_PER_SECOND))
              .run(bench.plan().times().window());
      double micros = (double) (cpuMicros(pid) - before) / tally.acceptedInAll();
      windows.add(new Window(tally, micros));
      tally.failures().forEach(failure -> tables.minute.note(which + ": " + failure));
      if (!tally.refused().isEmpty() || tally.underWay() > 0) {
        tables.minute.note(
            "%s, window %d: refused %s, %d not where they should be half a minute later"
                .formatted(which, i + 1, tally.refusals(), tally.underWay()));
      }
    }
    return windows;
  }

  private void show(int number, Window fresh, Window warm) {
    long seconds = bench.plan().times().window().toSeconds();
    Tally first = fresh.tally;
    Tally second = warm.tally;
    tables.minute.add(
        new Row()
            .with("since ready", "%d to %d s".formatted(number * seconds, (number + 1) * seconds))
            .with("fresh p50 ms", first.toDelivered().p50())
            .with("p99 ms", first.toDelivered().p99())
            .with("µs", fresh.micros)
            .with("warm p50 ms", second.toDelivered().p50())
            .with("warm p99 ms", second.toDelivered().p99())
            .with("warm µs", warm.micros)
            .with("p50 x", first.toDelivered().p50() / second.toDelivered().p50())
            .with("p99 x", first.toDelivered().p99() / second.toDelivered().p99())
            .with("µs x", fresh.micros / warm.micros)
            .with("late ms", Math.max(first.lag().p99(), second.lag().p99())));
  }
}
