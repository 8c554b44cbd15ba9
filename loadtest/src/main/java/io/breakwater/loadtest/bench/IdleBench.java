package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.measure.CpuReading;
import io.breakwater.loadtest.bench.measure.CpuSpan;
import io.breakwater.loadtest.bench.measure.MemoryReading;
import io.breakwater.loadtest.bench.phone.Phone;
import io.breakwater.loadtest.bench.phone.Transport;
import io.breakwater.loadtest.bench.report.Row;
import io.breakwater.loadtest.bench.report.Section;
import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What connections cost on which nothing happens but heartbeats; without TLS and with it. Each on a
 * gateway that was started for it: memory that an allocator once got is rarely given back, so that
 * a process with a past shows no growth.
 */
final class IdleBench {
  private static final int HEARTBEAT_S = 60;

  /** Few at once, so that connections under way take no memory that is not theirs later. */
  private static final int AT_ONCE = 32;

  private static final Duration CONNECT_LIMIT = Duration.ofMinutes(5);
  private static final Duration GATEWAY_LIMIT = Duration.ofMinutes(1);
  private static final Duration CLOSED_LIMIT = Duration.ofSeconds(75);

  /** Closed sockets that do not matter: a hundredth of those that are measured. */
  private static final int CLOSED_PART = 100;

  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final double MEBIBYTE = 1 << 20;

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
            ("B: bytes that a connection adds, %d s after the last was made, to a gateway that was started"
                    + " for this line and warmed up by %d phones that came and went")
                .formatted(SETTLE.toSeconds(), AT_ONCE))
        .note(
            "live: the JVM's objects after a full collection; outside heap: anonymous memory that is"
                + " resident and not the Java heap's (BoringSSL, Netty's buffers, the JVM itself; the"
                + " allocator's slack is in it); kernel: half of what slab and socket buffers of the machine"
                + " grew by, since both ends are here; all: these three")
        .note(
            "RSS grows with the collector's mood, and so is no cost of a connection; it is shown before"
                + " the first of them, with all of them, and at the end")
        .note("ms of CPU per second over all that time; before: the same without connections");
  }

  void run() {
    List<Phone> phones = bench.phones(bench.plan().connections());
    bench.disconnect(phones);
    for (Transport transport : bench.transports()) {
      if (transport != Transport.TLS_RESUMED) {
        bench.over(transport, () -> run(phones, transport));
      }
    }
  }

  private void run(List<Phone> phones, Transport transport) {
    if (!bench.restart(Part.GATEWAY)) {
      section.note(
          "the gateway is not ours and has a past: memory outside the heap is a lower bound");
    }
    Clock.await("the gateway to take phones", GATEWAY_LIMIT, () -> bench.comesUp(phones));
    bench.disconnect(phones);
    var _ =
        bench.cycle(
            phones.subList(0, Math.min(AT_ONCE, phones.size())),
            AT_ONCE,
            bench.plan().times().step());
    awaitQuietKernel(phones.size());
    CpuSpan before = bench.idle();
    long gateway = pid(Part.GATEWAY);
    long delivery = pid(Part.DELIVERY);
    MemoryReading gatewayBefore = MemoryReading.of(gateway);
    MemoryReading deliveryBefore = MemoryReading.of(delivery);
    int count = phones.size();
    bench.progress().say("connecting %d phones, %s".formatted(count, transport));
    bench.connect(phones, AT_ONCE, HEARTBEAT_S, CONNECT_LIMIT);
    bench.loop().call(() -> ended = false);
    bench.loop().execute(() -> beat(phones, 0, System.nanoTime()));
    Clock.pause(SETTLE);
    MemoryReading gatewayMore = MemoryReading.of(gateway).since(gatewayBefore);
    MemoryReading deliveryMore = MemoryReading.of(delivery).since(deliveryBefore);
    long resident = MemoryReading.residentBytes(gateway);
    bench.progress().say("measuring for %d s".formatted(bench.plan().times().quiet().toSeconds()));
    Map<Part, List<Long>> pids = bench.site().pids();
    CpuReading begin = CpuReading.of(pids);
    Clock.pause(bench.plan().times().quiet());
    CpuSpan span = CpuReading.of(pids).since(begin);
    long residentAtEnd = MemoryReading.residentBytes(gateway);
    long up = bench.loop().call(() -> phones.stream().filter(Phone::isUp).count());
    bench.loop().call(() -> ended = true);
    bench.disconnect(phones);
    double kernel = each(gatewayMore.slab() + gatewayMore.buffers(), 2 * count);
    double all = each(gatewayMore.live() + gatewayMore.outsideHeap(), count) + kernel;
    Row row =
        new Row()
            .with("transport", transport == Transport.PLAIN ? "plain" : "TLS")
            .with("connections", count)
            .with("up at the end", up)
            .with("seconds", bench.plan().times().quiet().toSeconds())
            .with("gateway live B", each(gatewayMore.live(), count))
            .with("outside heap B", each(gatewayMore.outsideHeap(), count))
            .with("kernel B", kernel)
            .with("all B", all)
            .with("delivery live B", each(deliveryMore.live(), count))
            .with("gateway RSS MiB before", gatewayBefore.resident() / MEBIBYTE)
            .with("connected", resident / MEBIBYTE)
            .with("at the end", residentAtEnd / MEBIBYTE);
    for (Part part : Part.values()) {
      row.with(part + " ms/s", 1000 * span.cores(part));
      row.with(part + " before", 1000 * before.cores(part));
    }
    section.add(row);
    bench
        .progress()
        .say(
            String.format(
                Locale.ROOT,
                "%s: %.0f bytes a connection, gateway %.1f ms/s",
                transport,
                all,
                1000 * span.cores(Part.GATEWAY)));
  }

  /** A closed socket takes the kernel's memory for a minute, and would free it while we measure. */
  private static void awaitQuietKernel(int count) {
    Clock clock = Clock.start();
    while (MemoryReading.closedSockets() > count / CLOSED_PART && !clock.has(CLOSED_LIMIT)) {
      Clock.pause(Duration.ofMillis(500));
    }
  }

  private long pid(Part part) {
    List<Long> pids = bench.site().pids().getOrDefault(part, List.of());
    if (pids.size() != 1) {
      throw new TrialFailure(
          "idle: %d processes of %s are known (expected: 1; of servers that are not ours give it with --pid)"
              .formatted(pids.size(), part));
    }
    return pids.getFirst();
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
