package io.breakwater.gateway.line;

/**
 * Bounds of a waiting room.
 *
 * @param places sign-ups that wait at a gateway, at most
 * @param tellMs between two times that one is told its place, while the line of its event loop is
 *     short; see {@link Line#tellEachMs}
 * @param workBits what a newcomer is asked for where the room is full, as zero bits of a hash; 0:
 *     nobody is asked for work
 */
public record LineLimits(int places, int tellMs, int workBits) {
  /** Those of DESIGN.md section 8. */
  public static final LineLimits DEFAULT = new LineLimits(100_000, 3_000);

  /** At most: a million hashes on average, and one of a hundred times five times as many. */
  public static final int WORK_BITS_MAX = 20;

  /** Without work. */
  public LineLimits(int places, int tellMs) {
    this(places, tellMs, 0);
  }

  /** These, but so many places. */
  public LineLimits withPlaces(int now) {
    return new LineLimits(now, tellMs, workBits);
  }

  /** These, but told so often. */
  public LineLimits withTellMs(int now) {
    return new LineLimits(places, now, workBits);
  }

  /** These, but so much work. */
  public LineLimits withWorkBits(int now) {
    return new LineLimits(places, tellMs, now);
  }
}
