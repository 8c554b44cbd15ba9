package io.breakwater.loadtest.chaos.check;

import java.time.Duration;
import java.util.Set;

/**
 * What a history has to show, and how fast things have to go on.
 *
 * @param progress within so much after the last heal, or after it was invoked, or after the
 *     application started, whichever is last, a send is answered and delivered
 * @param clockTolerance by how much clocks of servers may differ from that of the recorder; for
 *     what has expired
 * @param accepted so many sends at least
 * @param delivered so many messages at least
 * @param effectiveFaults so many faults whose effect was seen at least
 * @param sometimes what has to have happened at least once: names of {@link Sometimes}, or of what
 *     servers counted
 */
public record Requirements(
    Duration progress,
    Duration clockTolerance,
    long accepted,
    long delivered,
    int effectiveFaults,
    Set<String> sometimes) {
  public Requirements {
    sometimes = Set.copyOf(sometimes);
  }

  /** A minute for progress, five seconds between clocks, a thousand sends, one fault. */
  public static final Requirements DEFAULT =
      new Requirements(Duration.ofMinutes(1), Duration.ofSeconds(5), 1_000, 1_000, 1, Set.of());
}
