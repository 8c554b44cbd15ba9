package io.breakwater.loadtest.bench;

import io.breakwater.loadtest.bench.load.Rush;
import io.breakwater.loadtest.bench.measure.CpuSpan;
import io.breakwater.loadtest.bench.phone.Enrollment;
import io.breakwater.loadtest.bench.report.Row;
import io.breakwater.loadtest.bench.report.Section;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Sign-ups, each on a connection of its own, as many at once as serves best. */
final class SignUpsBench {
  private static final List<Integer> AT_ONCE = List.of(8, 16, 32, 60);

  private final Bench bench;
  private final Section section;
  private final AtomicInteger refused = new AtomicInteger();

  SignUpsBench(Bench bench, Section section) {
    this.bench = bench;
    this.section = section;
  }

  static Section section() {
    return new Section("Sign-ups")
        .note("each with its own connection; µs of CPU per sign-up, less idling");
  }

  void run() {
    rush(AT_ONCE.getLast(), bench.plan().times().rush());
    int best = 0;
    double most = 0;
    for (int atOnce : AT_ONCE) {
      double perSecond = rush(atOnce, bench.plan().times().step()).perSecond();
      bench
          .progress()
          .say(String.format(Locale.ROOT, "%d sign-ups at once: %.0f/s", atOnce, perSecond));
      if (perSecond > most) {
        most = perSecond;
        best = atOnce;
      }
    }
    int atOnce = best;
    refused.set(0);
    var measured = measure(atOnce);
    Rush.Result result = measured.result();
    section.add(
        Costs.columns(
            new Row()
                .with("at once", atOnce)
                .with("sign-ups/s", result.perSecond())
                .with("p50 ms", result.took().p50())
                .with("p99 ms", result.took().p99())
                .with("refused", refused.get()),
            measured.bill()));
    bench.progress().say(Costs.summary(result.perSecond(), measured.bill()));
  }

  /** Counts what sign-ups cost, so many at once. */
  Bench.Measured<Rush.Result> measure(int atOnce) {
    CpuSpan idle = bench.idle();
    return bench.measure(
        idle, () -> rush(atOnce, bench.plan().times().rush()), Rush.Result::doneInAll);
  }

  /** Signs up, so many at once, for so long. */
  Rush.Result rush(int atOnce, Duration atMost) {
    return new Rush(
            bench.loop(),
            Integer.MAX_VALUE,
            (_, ending) ->
                Enrollment.begin(
                    bench.loop(),
                    bench.freshHandle(),
                    account -> {
                      bench.keep(account);
                      ending.done();
                    },
                    refused::incrementAndGet))
        .run(atOnce, atMost);
  }
}
