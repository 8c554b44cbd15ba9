package io.breakwater.gateway.line;

/**
 * How much work a newcomer is asked for, by how full the room is. The longer the line the dearer is
 * a place, so that a crowd of made-up sign-ups slows itself down, and people do not notice: the
 * line itself is the integral that the queue of Tor's onion services is, whose effort follows it
 * (Tor proposal 327, "A First Take at PoW Over Introduction Circuits", 2020).
 */
final class Effort {
  /** A room less full than this asks for none. */
  private static final double BEGINS_AT = 1.0 / 16;

  /** So many bits less are enough: asked for when the room was half as full. */
  private static final int GRACE = 2;

  private Effort() {}

  /** What is asked of who did work of so many bits before, 0: none; all of it, or nothing more. */
  static int beyond(int done, int asked) {
    return done > 0 && done >= asked - GRACE ? 0 : asked;
  }

  /**
   * Zero bits: the most where the room is full, two fewer each time that it is half as full, so
   * that the work grows with the square of the line.
   *
   * @param most 0: never any
   */
  static int bits(int waiting, int places, int most) {
    double full = Math.min(1, (double) waiting / places);
    if (most == 0 || full < BEGINS_AT) {
      return 0;
    }
    return Math.max(1, most + (int) Math.floor(2 * Math.log(full) / Math.log(2)));
  }
}
