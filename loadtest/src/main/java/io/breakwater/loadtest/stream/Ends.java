package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.stack.Chat;
import io.breakwater.loadtest.text.Comparison;
import io.breakwater.loadtest.text.LineCount;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** What came out at the ends. Confined to one thread. */
final class Ends {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Between two lines, once everything is acknowledged to the sender. */
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private final Trial trial;
  private final Verdict verdict;

  Ends(Trial trial) {
    this.trial = trial;
    this.verdict = trial.verdict();
  }

  /** Everything acknowledged, some of it sent more than once. */
  void sender(Chat sender, Clock sinceStart) {
    int status = sender.awaitExit(LIMIT);
    double seconds = sinceStart.elapsed().toMillis() / 1000.0;
    verdict.equal("exit status of the sender", 0, status);
    verdict.equal(
        "lines acknowledged to the sender",
        (long) trial.load().lines(),
        sender.figure("acknowledged"));
    long resends = sender.figure("resends");
    verdict.check(resends > 0, "resends by the sender", resends);
    verdict.figure(
        "sent in",
        "%.1f s with all outages: %.0f lines/s, %d connections"
            .formatted(seconds, trial.load().lines() / seconds, sender.figure("connections")));
  }

  /** Exactly what was sent. */
  void receiver(String who, Chat receiver, Text sent, Path received) throws IOException {
    if (hasEnded(receiver, received)) {
      verdict.equal("exit status of " + who, 0, receiver.awaitExit(LIMIT));
      verdict.figure(
          who,
          "%d lines written, %d duplicates dropped, %d entries delivered again"
              .formatted(
                  receiver.figure("written"),
                  receiver.figure("duplicates-dropped"),
                  receiver.figure("entries-redelivered")));
    } else {
      receiver.close();
      verdict.check(false, who, "received nothing more for %d s".formatted(PATIENCE.toSeconds()));
    }
    same("what %s received is what was sent".formatted(who), sent.file(), received);
  }

  /** Waits as long as lines come. */
  private static boolean hasEnded(Chat receiver, Path received) throws IOException {
    try (LineCount count = LineCount.of(received)) {
      Clock sinceLast = Clock.start();
      long lines = -1;
      while (receiver.isAlive() && !sinceLast.has(PATIENCE)) {
        Clock.pause(Duration.ofMillis(50));
        if (count.now() != lines) {
          lines = count.now();
          sinceLast = Clock.start();
        }
      }
    }
    return !receiver.isAlive();
  }

  void same(String what, Path sent, Path received) throws IOException {
    switch (Comparison.of(sent, received)) {
      case Comparison.Same(int lines) ->
          verdict.check(true, what, "%d lines, byte for byte".formatted(lines));
      case Comparison.Different(String difference) -> verdict.check(false, what, difference);
    }
  }
}
