package io.breakwater.common.scale;

/*
 * A tier whose threads are busy for 60 % of the time has room for a surge's first minute, and for the loss of one of
 * three. So what a server does would fill busy / 0.6 servers, and the tier as a whole needs the sum of that over its
 * servers. Of the others a server knows only how many they are, and takes them to be as busy as itself: balancers and
 * homes spread work evenly.
 *
 * Where threads get less processor than they want (a quota, a noisy neighbour) they look idle; but then what they are
 * asked waits. So a server that is late counts as one and a half, however busy it looks.
 */
/** How many servers of a kind there should be. */
public final class Scale {
  /** How busy servers are to be, as a part of the time. */
  static final double AIM = 0.6;

  /** What a server counts as at least that is late. */
  static final double LATE = 1.5;

  private Scale() {}

  /**
   * How many servers the work of this one needs.
   *
   * @param busy the part of the time in which its threads work, 0..1
   * @param isLate whether what they are asked waits for longer than it may
   */
  public static double load(double busy, boolean isLate) {
    return Math.max(busy / AIM, isLate ? LATE : 0);
  }

  /**
   * How many servers there should be, if the others are as this one.
   *
   * @param servers how many there are
   * @param load of this one
   */
  public static int recommended(int servers, double load) {
    return (int) Math.max(1, Math.ceil(servers * load - 1e-9));
  }
}
