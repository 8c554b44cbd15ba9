package io.breakwater.gateway.connection;

import io.breakwater.gateway.returning.ReturnLimits;

/**
 * Time limits of a connection, all in milliseconds.
 *
 * @param firstFrameMs from accept to the first complete frame; then {@code TIMED_OUT}
 * @param startedFrameMs from a frame's first byte to its last; then {@code TIMED_OUT}
 * @param attachMs from Hello, or from attaching again, to the home's answer; then {@code
 *     UNAVAILABLE}, and as long again until a connection that left is forgotten
 * @param detachedMs how long a session waits for a home that cannot be reached: U(this, 1.5 times
 *     this); then {@code UNAVAILABLE}
 * @param signUpIdleMs silence of a connection that has no session yet; then {@code TIMED_OUT}
 * @param returnAfterMinMs shortest wait that this gateway asks for by itself
 * @param returnAfterMaxMs widest window from which such waits are drawn
 * @param returnAfterUnreachedMs the longest wait that is drawn, at least, for a session that gives
 *     up its home while no delivery node can be reached at all
 */
public record EdgeLimits(
    int firstFrameMs,
    int startedFrameMs,
    int attachMs,
    int detachedMs,
    int signUpIdleMs,
    int returnAfterMinMs,
    int returnAfterMaxMs,
    int returnAfterUnreachedMs) {
  /** The limits of DESIGN.md section 9. */
  public static final EdgeLimits DEFAULT =
      new EdgeLimits(8_000, 15_000, 8_000, 20_000, 90_000, 500, 600_000, 30_000);

  /** What return windows are never beyond. */
  public ReturnLimits returns() {
    return ReturnLimits.of(returnAfterMinMs, returnAfterMaxMs);
  }

  /** The same with other return windows. */
  public EdgeLimits returningAfter(int minMs, int maxMs, int unreachedMs) {
    return new EdgeLimits(
        firstFrameMs,
        startedFrameMs,
        attachMs,
        detachedMs,
        signUpIdleMs,
        minMs,
        maxMs,
        unreachedMs);
  }
}
