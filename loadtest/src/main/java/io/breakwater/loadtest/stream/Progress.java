package io.breakwater.loadtest.stream;

import io.breakwater.loadtest.stack.Chat;
import io.breakwater.loadtest.verdict.Clock;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far the text has come.
 *
 * @param what of the lines is counted, for people
 * @param lines how many until now
 * @param total how many it will be
 * @param sender for whom it is no use to wait any more once it has ended
 */
record Progress(String what, LongSupplier lines, long total, Chat sender) {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  double fraction() {
    return (double) lines.getAsLong() / total;
  }

  /** Waits until so many lines have come. */
  void await(long count) {
    boolean[] overAndOut = {false};
    Clock.await(
        "%d lines to be %s".formatted(count, what),
        LIMIT,
        () -> {
          if (lines.getAsLong() >= count) {
            return true;
          }
          if (overAndOut[0]) {
            throw new TrialFailure(
                "the sender has ended at %d lines %s (expected: not before %d); it said: %s"
                    .formatted(lines.getAsLong(), what, count, sender.lastWords()));
          }
          // What it has sent may be on its way still: look once more.
          overAndOut[0] = !sender.isAlive();
          return false;
        });
  }

  void awaitFraction(double fraction) {
    await((long) Math.ceil(fraction * total));
  }

  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * fraction);
  }
}
