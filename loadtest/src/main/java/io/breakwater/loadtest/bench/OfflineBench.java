package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.load.Pace;
import io.breakwater.loadtest.bench.load.Pair;
import io.breakwater.loadtest.bench.load.Tally;
import io.breakwater.loadtest.bench.load.Traffic;
import io.breakwater.loadtest.bench.measure.CpuSpan;
import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.report.Row;
import io.breakwater.loadtest.bench.report.Section;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Messages to people who are away, and what happens when they all come back. */
final class OfflineBench {
  private static final int OUTSTANDING = 8;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final Duration DRAIN_LIMIT = Duration.ofMinutes(3);

  private final Bench bench;
  private final Section section;

  OfflineBench(Bench bench, Section section) {
    this.bench = bench;
    this.section = section;
  }

  static Section section() {
    return new Section("Offline recipients")
        .note(
            "store: %d messages of each pair under way at once, CPU until all have a mailbox row; drain:"
                    .formatted(OUTSTANDING)
                + " all recipients connect in the same moment, until all have everything")
        .note("µs of CPU per message, less idling");
  }

  void run() {
    int count = bench.plan().pairs();
    List<Phone> phones = bench.phones(2 * count);
    bench.disconnect(phones);
    List<Phone> senders = phones.subList(0, count);
    List<Phone> receivers = phones.subList(count, 2 * count);
    bench.connect(senders);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      pairs.add(
          bench
              .loop()
              .call(
                  () ->
                      new Pair(
                          senders.get(number),
                          receivers.get(number),
                          bench.plan().payloadBytes())));
    }
    Traffic traffic = new Traffic(bench.loop(), pairs, new Pace.Outstanding(OUTSTANDING));
    CpuSpan idle = bench.idle();
    var stored =
        bench.measure(idle, () -> traffic.run(bench.plan().times().rush()), Tally::acceptedInAll);
    line("store", stored.result().acceptedPerSecond(), stored);
    long missed = stored.result().acceptedInAll();
    CpuSpan idleAgain = bench.idle();
    var drained = bench.measure(idleAgain, () -> drain(receivers, traffic, missed), _ -> missed);
    line("drain", missed / drained.result(), drained);
    bench.disconnect(phones);
  }

  /**
   * Brings all receivers up in one moment; those that are turned away come again.
   *
   * @return how many seconds it takes
   */
  private double drain(List<Phone> receivers, Traffic traffic, long messages) {
    Clock clock = Clock.start();
    long away = 0;
    do {
      away +=
          bench
              .loop()
              .call(
                  () -> {
                    List<Phone> down =
                        receivers.stream().filter(phone -> !phone.isConnected()).toList();
                    down.forEach(phone -> phone.connect(Bench.RARE_HEARTBEAT_S));
                    return down.size();
                  });
      Clock.pause(LOOK_AGAIN);
      if (clock.has(DRAIN_LIMIT)) {
        throw new TrialFailure(
            "drained %d of %d messages within %d s; %d of %d recipients are up, %d came again"
                .formatted(
                    traffic.delivered(),
                    messages,
                    DRAIN_LIMIT.toSeconds(),
                    bench.loop().call(() -> receivers.stream().filter(Phone::isUp).count()),
                    receivers.size(),
                    away - receivers.size()));
      }
    } while (traffic.delivered() < messages);
    if (away > receivers.size()) {
      section.note(
          "%d connects were turned away and made again".formatted(away - receivers.size()));
    }
    return clock.elapsed().toNanos() / 1e9;
  }

  private void line(String what, double perSecond, Bench.Measured<?> measured) {
    section.add(
        Costs.columns(new Row().with("what", what).with("messages/s", perSecond), measured.bill()));
    bench.progress().say(what + ":" + Costs.summary(perSecond, measured.bill()));
  }
}
