package io.breakwater.loadtest.chaos.report;

/**
 * What a history holds.
 *
 * @param facts all of them
 * @param lastsMs from the first to the last
 * @param invoked sends
 * @param accepted sends
 * @param refused sends
 * @param unknown sends that were given up
 * @param open sends without an outcome
 * @param delivered messages that were handed to applications
 * @param repeated messages that clients dropped since they had been handed over before
 * @param stored messages in storage at the end
 */
public record Figures(
    long facts,
    long lastsMs,
    long invoked,
    long accepted,
    long refused,
    long unknown,
    long open,
    long delivered,
    long repeated,
    long stored) {
  private static final double MILLION = 1e6;

  /**
   * Repetitions that clients dropped, per million that they handed over; 0 if they handed over
   * nothing.
   */
  public double repeatedPerMillion() {
    return delivered == 0 ? 0 : repeated * MILLION / delivered;
  }
}
