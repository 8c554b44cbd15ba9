package io.breakwater.gateway.line;

/**
 * Bounds of a waiting room.
 *
 * @param places sign-ups that wait at a gateway, at most
 * @param tellMs between two times that one is told its place, while the line of its event loop is
 *     short; see {@link Line#tellEachMs}
 */
public record LineLimits(int places, int tellMs) {
  /** Those of DESIGN.md section 8. */
  public static final LineLimits DEFAULT = new LineLimits(100_000, 3_000);
}
