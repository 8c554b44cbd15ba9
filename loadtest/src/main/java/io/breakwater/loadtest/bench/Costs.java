package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.measure.CpuBill;
import io.breakwater.loadtest.bench.report.Row;
import io.breakwater.loadtest.stack.Part;
import java.util.Locale;

/** How a bill is shown, the same in every table. */
final class Costs {
  private Costs() {}

  /** Appends it, in microseconds per thing. */
  static Row columns(Row row, CpuBill bill) {
    return row.with("gateway µs", bill.net(Part.GATEWAY))
        .with("delivery µs", bill.net(Part.DELIVERY))
        .with("Cassandra µs", bill.net(Part.CASSANDRA))
        .with("all µs", bill.net())
        .with("idle µs", bill.gross() - bill.net())
        .with("phones µs", bill.generator())
        .with("phones cores", bill.load().generatorCores())
        .with("others cores", bill.load().otherCores())
        .with("stolen cores", bill.load().stealCores());
  }

  /** In one line. */
  static String summary(double perSecond, CpuBill bill) {
    return String.format(
        Locale.ROOT,
        "  %.0f/s; µs each: gateway %.1f, delivery %.1f, Cassandra %.1f, together %.1f",
        perSecond,
        bill.net(Part.GATEWAY),
        bill.net(Part.DELIVERY),
        bill.net(Part.CASSANDRA),
        bill.net());
  }
}
