package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.measure.CpuReading;
import io.breakwater.loadtest.bench.measure.CpuSpan;
import io.breakwater.loadtest.bench.measure.MemoryReading;
import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.report.Row;
import io.breakwater.loadtest.bench.report.Section;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What connections cost on which nothing happens but heartbeats. */
final class IdleBench {
  private static final int HEARTBEAT_S = 60;
  private static final int AT_ONCE = 64;
  private static final Duration CONNECT_LIMIT = Duration.ofMinutes(5);
  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Bench bench;
  private final Section section;
  private boolean ended;

  IdleBench(Bench bench, Section section) {
    this.bench = bench;
    this.section = section;
  }

  static Section section() {
    return new Section("Idle connections")
        .note("each with a session, and a heartbeat every %d s".formatted(HEARTBEAT_S))
        .note(
            "bytes per connection: live is what the JVM's objects take after a full collection; RSS"
                + " grows with the collector's mood; kernel is half of what slab and socket buffers of the"
                + " machine grew by, since both ends are here")
        .note("ms of CPU per second; before: the same without connections");
  }

  void run() {
    Map<Part, Long> pids = bench.site().pids();
    Long gateway = pids.get(Part.GATEWAY);
    Long delivery = pids.get(Part.DELIVERY);
    if (gateway == null || delivery == null) {
      throw new TrialFailure("idle needs the pids of gateway and delivery: give them with --pid");
    }
    int count = bench.plan().connections();
    List<Phone> phones = bench.phones(count);
    bench.disconnect(phones);
    CpuSpan before = bench.idle();
    MemoryReading gatewayBefore = MemoryReading.of(gateway);
    MemoryReading deliveryBefore = MemoryReading.of(delivery);
    bench.progress().say("connecting %d phones".formatted(count));
    bench.connect(phones, AT_ONCE, HEARTBEAT_S, CONNECT_LIMIT);
    bench.loop().execute(() -> beat(phones, 0, System.nanoTime()));
    Clock.pause(SETTLE);
    MemoryReading gatewayMore = MemoryReading.of(gateway).since(gatewayBefore);
    MemoryReading deliveryMore = MemoryReading.of(delivery).since(deliveryBefore);
    bench.progress().say("measuring for %s".formatted(bench.plan().times().quiet()));
    CpuReading begin = CpuReading.of(pids);
    Clock.pause(bench.plan().times().quiet());
    CpuSpan span = CpuReading.of(pids).since(begin);
    long up = bench.loop().call(() -> phones.stream().filter(Phone::isUp).count());
    bench.loop().call(() -> ended = true);
    bench.disconnect(phones);
    Row row =
        new Row()
            .with("connections", up)
            .with("gateway live B", each(gatewayMore.live(), count))
            .with("gateway RSS B", each(gatewayMore.resident(), count))
            .with("kernel B", each(gatewayMore.slab() + gatewayMore.buffers(), 2 * count))
            .with("delivery live B", each(deliveryMore.live(), count))
            .with("delivery RSS B", each(deliveryMore.resident(), count));
    for (Part part : Part.values()) {
      row.with(part + " ms/s", 1000 * span.cores(part));
      row.with(part + " before", 1000 * before.cores(part));
    }
    section.add(row);
  }

  private static double each(long bytes, int count) {
    return (double) bytes / count;
  }

  /** On the loop: each phone in its turn, so that all have had one after a heartbeat's time. */
  private void beat(List<Phone> phones, long beaten, long since) {
    if (ended) {
      return;
    }
    double periods = (System.nanoTime() - since) / (HEARTBEAT_S * 1e9);
    long due = (long) (periods * phones.size());
    for (long i = beaten; i < due; i++) {
      phones.get((int) (i % phones.size())).ping();
    }
    bench.loop().at(System.nanoTime() + TICK_NANOS, () -> beat(phones, due, since));
  }
}
