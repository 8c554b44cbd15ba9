package io.breakwater.gateway.connection;

/**
 * Time limits of a connection, all in milliseconds.
 *
 * @param firstFrameMs from accept to the first complete frame; then {@code TIMED_OUT}
 * @param startedFrameMs from a frame's first byte to its last; then {@code TIMED_OUT}
 * @param attachMs from Hello, or from attaching again, to the home's answer; then {@code
 *     UNAVAILABLE}, and as long again until a connection that left is forgotten
 * @param signUpIdleMs silence of a connection that has no session yet; then {@code TIMED_OUT}
 * @param returnAfterMinMs shortest wait that this gateway asks for by itself
 * @param returnAfterMaxMs longest wait that this gateway asks for by itself
 */
public record EdgeLimits(
    int firstFrameMs,
    int startedFrameMs,
    int attachMs,
    int signUpIdleMs,
    int returnAfterMinMs,
    int returnAfterMaxMs) {
  /** The limits of DESIGN.md section 9. */
  public static final EdgeLimits DEFAULT = new EdgeLimits(8_000, 15_000, 8_000, 90_000, 500, 2_000);
}
