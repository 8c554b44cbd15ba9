package io.breakwater.loadtest.chaos.plan;

import java.util.List;

/**
 * Something is broken, and mended again.
 *
 * @param atMs since the begin of the campaign
 * @param targets in the order in which the fault names their tiers; all of a tier for {@link
 *     Fault.RollingRestart}, in that order
 * @param durationMs until it is mended; 0: at once
 */
public record Step(long atMs, Fault fault, List<Node> targets, long durationMs) {
  public Step {
    targets = List.copyOf(targets);
  }

  /** When it is mended, since the begin of the campaign. */
  public long endMs() {
    return atMs + durationMs;
  }
}
