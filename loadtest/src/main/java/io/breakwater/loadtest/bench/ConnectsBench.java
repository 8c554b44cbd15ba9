package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.load.Rush;
import io.breakwater.loadtest.bench.measure.CpuSpan;
import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.phone.Transport;
import io.breakwater.loadtest.bench.report.Row;
import io.breakwater.loadtest.bench.report.Section;
import io.breakwater.loadtest.bench.site.CassandraViews;
import io.breakwater.loadtest.stack.Part;
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
            "reconnect, warm: all are cut off and come back, %d times, percentiles of the last; cold: once, so that its µs are"
                    .formatted(ROUNDS)
                + " good for 5 % at best")
        .note(
            "handshakes as the gateway counts them; full: keys agreed on anew and its certificate sent;"
                + " resumed: with a ticket that this phone got before")
        .note("reads: of Breakwater's tables, counted by Cassandra's system_views");
  }

  /** Connects and hangs up, as often as it can; in every way that there is. */
  void connects() {
    List<Phone> phones = bench.phones(phones());
    bench.connect(phones);
    bench.disconnect(phones);
    for (Transport transport : bench.transports()) {
      bench.over(transport, () -> connects(phones, transport));
    }
  }

  private void connects(List<Phone> phones, Transport transport) {
    // Once with each phone, so that all have a ticket where that is asked for.
    bench.connect(phones);
    bench.disconnect(phones);
    var _ = cycle(phones);
    CpuSpan idle = bench.idle();
    measure("connect, hang up", transport, idle, () -> cycle(phones));
  }

  private int phones() {
    return Math.min(MOST_PHONES, bench.plan().connections());
  }

  private Rush.Result cycle(List<Phone> phones) {
    return bench.cycle(phones, AT_ONCE, bench.plan().times().rush());
  }

  /** All come back after all were cut off. */
  void reconnects() {
    List<Phone> all = bench.phones(2 * phones());
    List<Phone> others = all.subList(0, phones());
    List<Phone> phones = all.subList(phones(), all.size());
    bench.connect(others);
    bench.disconnect(others);
    for (Transport transport : bench.transports()) {
      bench.over(transport, () -> warm(phones, transport));
    }
    if (!bench.restart(Part.DELIVERY)) {
      section.note("no cold reconnects: a server that is not ours is not restarted");
      return;
    }
    // The others warm up the new process, which is not to be measured.
    Clock.await("the gateway to reach the new delivery node", LIMIT, () -> bench.comesUp(others));
    bench.connect(others);
    bench.disconnect(others);
    bench.connect(others);
    bench.disconnect(others);
    CpuSpan idleAgain = bench.idle();
    measure("reconnect, cold", Transport.PLAIN, idleAgain, () -> all(phones));
    section.note(
        "cold: the first connect to a delivery node that was killed and started again, and has"
            + " served %d other users twice".formatted(others.size()));
    bench.disconnect(phones);
  }

  private void warm(List<Phone> phones, Transport transport) {
    bench.connect(phones);
    bench.disconnect(phones);
    CpuSpan idle = bench.idle();
    measure("reconnect, warm", transport, idle, () -> allAgainAndAgain(phones));
    bench.disconnect(phones);
  }

  /** Cuts all off and lets them come back, some times: once is too short to be counted in ticks. */
  private Rush.Result allAgainAndAgain(List<Phone> phones) {
    Rush.Result last = all(phones);
    double seconds = last.seconds();
    int done = last.done();
    int doneInAll = last.doneInAll();
    int failed = last.failed();
    for (int i = 1; i < ROUNDS; i++) {
      bench.disconnect(phones);
      last = all(phones);
      seconds += last.seconds();
      done += last.done();
      doneInAll += last.doneInAll();
      failed += last.failed();
    }
    return new Rush.Result(seconds, done, doneInAll, failed, last.took());
  }

  private Rush.Result all(List<Phone> phones) {
    return bench.connect(phones, AT_ONCE, Bench.RARE_HEARTBEAT_S, LIMIT);
  }

  private void measure(
      String what, Transport transport, CpuSpan idle, Supplier<Rush.Result> connects) {
    try (Reads reads = Reads.of(bench.site().cql())) {
      long before = reads.count();
      Handshakes handshakesBefore = Handshakes.of(bench.site());
      var measured = bench.measure(idle, connects, Rush.Result::doneInAll);
      Rush.Result result = measured.result();
      Handshakes handshakes = Handshakes.of(bench.site()).since(handshakesBefore);
      double readsEach = (double) (reads.count() - before) / result.doneInAll();
      section.add(
          Costs.columns(
              new Row()
                  .with("what", what)
                  .with("transport", transport.toString())
                  .with("connects/s", result.perSecond())
                  .with("failed", result.failed())
                  .with("p50 ms", result.took().p50())
                  .with("p99 ms", result.took().p99())
                  .with("reads each", reads.areKnown() ? readsEach : Double.NaN)
                  .with("full handshakes each", handshakes.fullEach(result.doneInAll()))
                  .with("resumed each", handshakes.resumedEach(result.doneInAll())),
              measured.bill()));
      bench
          .progress()
          .say(what + ", " + transport + ":" + Costs.summary(result.perSecond(), measured.bill()));
    }
  }

  /** Cassandra's count, or nothing where it cannot be asked. */
  private record Reads(Optional<CassandraViews> counter) implements AutoCloseable {
    static Reads of(Optional<InetSocketAddress> cql) {
      return new Reads(cql.map(CassandraViews::connect));
    }

    boolean areKnown() {
      return counter.isPresent();
    }

    long count() {
      return counter.map(CassandraViews::count).orElse(0L);
    }

    @Override
    public void close() {
      counter.ifPresent(CassandraViews::close);
    }
  }
}
