package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.load.Rush;
import io.breakwater.loadtest.bench.measure.CpuSpan;
import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.report.Row;
import io.breakwater.loadtest.bench.report.Section;
import io.breakwater.loadtest.bench.site.CassandraReads;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Clock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Connections that get a session: socket, Hello, Welcome, Synced. Again and again by the same
 * phones; or by all phones at once after all of them were cut off, once with a delivery node that
 * knows their mailboxes and once with a fresh one.
 */
final class ConnectsBench {
  private static final String KEYSPACE = "breakwater";
  private static final int AT_ONCE = 64;
  private static final int ROUNDS = 5;
  private static final int MOST_PHONES = 5_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Bench bench;
  private final Section section;

  ConnectsBench(Bench bench, Section section) {
    this.bench = bench;
    this.section = section;
  }

  static Section section() {
    return new Section("Connects")
        .note(
            "each is a socket, Hello, Welcome and Synced, %d under way at once; µs of CPU per connect,"
                    .formatted(AT_ONCE)
                + " less idling")
        .note(
            "reconnect, warm: all are cut off and come back, %d times; cold: once, so that its µs are"
                    .formatted(ROUNDS)
                + " good for 5 % at best")
        .note("reads: of Breakwater's tables, counted by Cassandra's system_views");
  }

  /** Connects and hangs up, as often as it can. */
  void connects() {
    List<Phone> phones = bench.phones(phones());
    bench.connect(phones);
    bench.disconnect(phones);
    var _ = cycle(phones);
    CpuSpan idle = bench.idle();
    measure("connect, hang up", idle, () -> cycle(phones));
  }

  private int phones() {
    return Math.min(MOST_PHONES, bench.plan().connections());
  }

  private Rush.Result cycle(List<Phone> phones) {
    return new Rush(
            bench.loop(),
            Integer.MAX_VALUE,
            (number, done) -> {
              Phone phone = phones.get(number % phones.size());
              phone.tell(
                  new Arrival(
                      () -> {
                        phone.disconnect();
                        done.run();
                      }));
              phone.connect(Bench.RARE_HEARTBEAT_S);
            })
        .run(AT_ONCE, bench.plan().times().rush());
  }

  /** All come back after all were cut off. */
  void reconnects() {
    List<Phone> all = bench.phones(2 * phones());
    List<Phone> others = all.subList(0, phones());
    List<Phone> phones = all.subList(phones(), all.size());
    bench.connect(all);
    bench.disconnect(all);
    CpuSpan idle = bench.idle();
    measure("reconnect, warm", idle, () -> allAgainAndAgain(phones));
    bench.disconnect(all);
    Optional<Stack> stack = bench.site().stack();
    if (stack.isEmpty()) {
      section.note("no cold reconnects: a server that is not ours is not restarted");
      return;
    }
    bench.progress().say("killing delivery, so that it knows no mailbox");
    stack.get().awaitRestart(stack.get().kill(Part.DELIVERY));
    // The others warm up the new process, which is not to be measured.
    Clock.await("the gateway to reach the new delivery node", LIMIT, () -> comesUp(others));
    bench.connect(others);
    bench.disconnect(others);
    bench.connect(others);
    bench.disconnect(others);
    CpuSpan idleAgain = bench.idle();
    measure("reconnect, cold", idleAgain, () -> all(phones));
    section.note(
        "cold: the first connect to a delivery node that was killed and started again, and has"
            + " served %d other users twice".formatted(others.size()));
    bench.disconnect(phones);
  }

  /** Whether the first of them gets a session now. */
  private boolean comesUp(List<Phone> some) {
    Phone first = some.getFirst();
    bench
        .loop()
        .call(
            () -> {
              first.connect(Bench.RARE_HEARTBEAT_S);
              return 0;
            });
    Clock clock = Clock.start();
    while (!bench.loop().call(first::isUp)) {
      if (clock.has(Duration.ofSeconds(1))) {
        return false;
      }
      Clock.pause(Duration.ofMillis(20));
    }
    return true;
  }

  /** Cuts all off and lets them come back, some times: once is too short to be counted in ticks. */
  private Rush.Result allAgainAndAgain(List<Phone> phones) {
    Rush.Result last = all(phones);
    int done = last.doneInAll();
    for (int i = 1; i < ROUNDS; i++) {
      bench.disconnect(phones);
      last = all(phones);
      done += last.doneInAll();
    }
    return new Rush.Result(last.seconds(), last.done(), done, last.took());
  }

  private Rush.Result all(List<Phone> phones) {
    return bench.connect(phones, AT_ONCE, Bench.RARE_HEARTBEAT_S, LIMIT);
  }

  private void measure(String what, CpuSpan idle, Supplier<Rush.Result> connects) {
    try (Reads reads = Reads.of(bench.site().cql())) {
      long before = reads.count();
      var measured = bench.measure(idle, connects, Rush.Result::doneInAll);
      Rush.Result result = measured.result();
      double readsEach = (double) (reads.count() - before) / result.doneInAll();
      section.add(
          Costs.columns(
              new Row()
                  .with("what", what)
                  .with("connects/s", result.perSecond())
                  .with("p50 ms", result.took().p50())
                  .with("p99 ms", result.took().p99())
                  .with("reads each", reads.areKnown() ? readsEach : Double.NaN),
              measured.bill()));
      bench.progress().say(what + ":" + Costs.summary(result.perSecond(), measured.bill()));
    }
  }

  /** Cassandra's count, or nothing where it cannot be asked. */
  private record Reads(Optional<CassandraReads> counter) implements AutoCloseable {
    static Reads of(Optional<InetSocketAddress> cql) {
      return new Reads(cql.map(address -> CassandraReads.connect(address, KEYSPACE)));
    }

    boolean areKnown() {
      return counter.isPresent();
    }

    long count() {
      return counter.map(CassandraReads::count).orElse(0L);
    }

    @Override
    public void close() {
      counter.ifPresent(CassandraReads::close);
    }
  }
}
