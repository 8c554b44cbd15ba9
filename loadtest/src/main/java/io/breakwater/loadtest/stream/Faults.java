package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.stack.Part;
import io.breakwater.loadtest.stack.Stack;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.Verdict;
import java.time.Duration;
import java.util.List;

/** Kills parts of a stack while lines flow. Confined to one thread. */
final class Faults {
  /** The kills fall between these shares of the lines. */
  static final double FROM = 0.30;

  static final double TO = 0.60;

  /** From this share on nobody waits for calm. */
  private static final double ENOUGH = 0.45;

  /** How long lines flow again before the next kill, at most. */
  private static final Duration CALM = Duration.ofSeconds(2);

  /** Less than the time after which a delivery node takes no more without Cassandra: 2 s. */
  private static final Duration TAKING_WITHOUT_CASSANDRA = Duration.ofSeconds(1);

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

  /** Kills a part, waits for its successor, and until lines flow again for a while. */
  void restartInTime(Part part) {
    checkTime(part);
    flowAgain(List.of(restarted(stack.kill(part))));
  }

  /**
   * Kills Cassandra, and the delivery node before Cassandra is back: what it had taken and not
   * written is gone for ever, so nobody may have been told that it was accepted.
   */
  void cassandraThenDeliveryInTime() {
    checkTime(Part.CASSANDRA);
    Stack.Death cassandra = stack.kill(Part.CASSANDRA);
    Clock.pause(TAKING_WITHOUT_CASSANDRA);
    Stack.Death delivery = stack.kill(Part.DELIVERY);
    verdict.check(
        stack.pid(Part.CASSANDRA).filter(pid -> pid == cassandra.pid()).isEmpty()
            && !stack.isReady(Part.CASSANDRA),
        "the delivery node was killed while Cassandra was dead",
        Verdict.seconds(cassandra.since().elapsed()) + " later");
    flowAgain(List.of(restarted(cassandra), restarted(delivery)));
  }

  private void checkTime(Part part) {
    double at = progress.fraction();
    verdict.check(
        at >= FROM && at <= TO,
        "%s killed between %s and %s".formatted(part, Progress.percent(FROM), Progress.percent(TO)),
        "at %s %s".formatted(Progress.percent(at), progress.what()));
  }

  private Stack.Rebirth restarted(Stack.Death death) {
    Stack.Rebirth rebirth = stack.awaitRestart(death);
    verdict.check(
        rebirth.pid() != death.pid() && rebirth.pid() > 0,
        death.part() + " restarted",
        "pid %d -> %d, ready after %s"
            .formatted(death.pid(), rebirth.pid(), Verdict.seconds(rebirth.readyAfter())));
    return rebirth;
  }

  private void flowAgain(List<Stack.Rebirth> rebirths) {
    long then = progress.lines().getAsLong();
    progress.await(Math.min(progress.total(), then + 1));
    rebirths.forEach(
        rebirth ->
            verdict.figure(
                "lines flow again",
                "%s after the kill of %s"
                    .formatted(
                        Verdict.seconds(rebirth.death().since().elapsed()),
                        rebirth.death().part())));
    progress.await(Math.min(progress.total(), then + progress.total() / 100));
    // What was held back comes in a burst: the next kill must not be late because of it.
    Clock calm = Clock.start();
    while (!calm.has(CALM) && progress.fraction() < ENOUGH) {
      Clock.pause(Duration.ofMillis(20));
    }
  }
}
