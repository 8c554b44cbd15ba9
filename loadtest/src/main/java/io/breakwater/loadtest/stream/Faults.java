package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.Verdict;
import java.time.Duration;

/** Kills parts of a stack while lines flow. Confined to one thread. */
final class Faults {
  /** The kills fall between these shares of the lines. */
  static final double FROM = 0.30;

  static final double TO = 0.60;

  /** How long lines flow again before the next kill. */
  private static final Duration CALM = Duration.ofSeconds(2);

  private static final Duration METRICS_LIMIT = Duration.ofSeconds(30);
  private static final String RECOVERED = "breakwater_delivery_entries_recovered_total";

  /** Updated together with {@link #RECOVERED}, and above 0 once anything was sent. */
  private static final String PUBLISHED = "breakwater_delivery_entries_published_total";

  private final Stack stack;
  private final Progress progress;
  private final Verdict verdict;

  Faults(Stack stack, Progress progress, Verdict verdict) {
    this.stack = stack;
    this.progress = progress;
    this.verdict = verdict;
  }

  /** Waits until it is time for the first kill. */
  void begin() {
    progress.awaitFraction(FROM + 0.01);
  }

  /** The gateway, and a few seconds later the delivery node. */
  void gatewayThenDelivery() {
    begin();
    restartInTime(Part.GATEWAY);
    restartInTime(Part.DELIVERY);
    checkRecovered();
  }

  /** The delivery node that runs now has taken over what an earlier one left. */
  void checkRecovered() {
    Clock.await(
        "the new delivery node to say what it recovered",
        METRICS_LIMIT,
        () -> stack.delivery(PUBLISHED) > 0);
    long recovered = stack.delivery(RECOVERED);
    verdict.check(recovered > 0, "entries recovered by the new delivery node", recovered);
  }

  /** The same as {@link #restart}, not before {@link #FROM} and not after {@link #TO}. */
  void restartInTime(Part part) {
    double at = progress.fraction();
    verdict.check(
        at >= FROM && at <= TO,
        "%s killed between %s and %s".formatted(part, Progress.percent(FROM), Progress.percent(TO)),
        "at %s %s".formatted(Progress.percent(at), progress.what()));
    restart(part);
  }

  /** Kills a part, waits for its successor, and until lines flow again for a while. */
  void restart(Part part) {
    Stack.Death death = stack.kill(part);
    Stack.Rebirth rebirth = stack.awaitRestart(death);
    long then = progress.lines().getAsLong();
    progress.await(Math.min(progress.total(), then + 1));
    Duration flowing = death.since().elapsed();
    verdict.check(
        rebirth.pid() != death.pid() && rebirth.pid() > 0,
        part + " restarted",
        "pid %d -> %d, ready after %s, lines flow again after %s"
            .formatted(
                death.pid(),
                rebirth.pid(),
                Verdict.seconds(rebirth.readyAfter()),
                Verdict.seconds(flowing)));
    Clock calm = Clock.start();
    long enough = Math.min(progress.total(), then + progress.total() / 100);
    progress.await(enough);
    if (!calm.has(CALM)) {
      Clock.pause(CALM.minus(calm.elapsed()));
    }
  }
}
