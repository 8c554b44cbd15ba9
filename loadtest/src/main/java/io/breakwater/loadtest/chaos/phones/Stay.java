package io.breakwater.loadtest.chaos.phones;

import io.breakwater.loadtest.chaos.history.Fact.Ending;
import java.util.random.RandomGenerator;

/**
 * How long an application runs, how it ends, and how long it is away.
 *
 * @param onlineMs 3 to 45 s
 * @param offlineMs 1 to 20 s, mostly short
 */
record Stay(long onlineMs, Ending ending, long offlineMs) {
  private static final int MIN_ONLINE_MS = 3_000;
  private static final int MAX_ONLINE_MS = 45_000;
  private static final int MIN_OFFLINE_MS = 1_000;
  private static final int MAX_OFFLINE_MS = 20_000;

  static Stay draw(RandomGenerator random) {
    double away = random.nextDouble();
    return new Stay(
        random.nextLong(MIN_ONLINE_MS, MAX_ONLINE_MS),
        random.nextBoolean() ? Ending.KILLED : Ending.CLOSED,
        MIN_OFFLINE_MS + (long) (away * away * (MAX_OFFLINE_MS - MIN_OFFLINE_MS)));
  }
}
