package io.breakwater.gateway.accept;

import java.util.Collection;
import java.util.function.Supplier;

/*
 * An arrival is a connection from its accept until it is answered: a Hello welcomed or refused, a sign-up taken or in
 * line; or until it is closed. The work of an arrival (TLS, tokens, an attach) is many times that of an accept, and is
 * lost if the client has given up before it is done. So no more are begun than can be finished soon.
 *
 * Two bounds, of which the signal is how late an event loop gets to what it has to do, never the use of a processor:
 *
 * - The limit on arrivals under way is what steers. An event loop handles all sockets that are ready in turn, so how
 *   late it is grows with their number: the limit is a window, and follows the delay as Breakwater's pools do (Cho et
 *   al., OSDI 2020, section 4.1; delivery's Pool): d < t: grow by (1 - d/t) / 4, if it was what held accepts back;
 *   else: times max(1 - (d - t) / 4t, 3/4), once for each delay or 250 ms. A window needs no knowledge of capacity: whoever is
 *   answered makes room for the next (TCP's self-clocking). Only arrivals of the last second count against it: who is under
 *   way for longer is most likely silent, or far away, makes nothing late, and must not keep others out. All who
 *   have not said what they want are bounded by a setting: as they come near it, who has said nothing is closed to make
 *   room (Unheard). Who waits for its home's answer counts in neither: it has had its handshake, is as a session to this
 *   gateway, has an end of its own, and one slow home must not keep those out who live elsewhere. Messages of those who are there already wait behind arrivals in the event
 *   loops, 10 ms on average: half of what classes other than sends may wait in delivery.
 * - The rate of accepts bounds what a limit on the number cannot: arrivals that end at once, again and again. It grows
 *   while it is what holds accepts back and no loop is late. While arrivals make loops late it is no more than 1.2 times
 *   the best that was served within a tenth of a second lately, so that it follows what the gateway can take and is no
 *   second controller in the same loop.
 *
 * Loops may be late for other reasons: then fewer arrivals would not help. So d/t is no more than b/0.1, where b is the
 * part of its time that the same loop works for arrivals: a tenth they may always have. The worst loop counts: one that
 * they keep busy is not made up for by others that have nothing to do. For the rate, too: among sockets that say nothing
 * few of those that are accepted are served, and a rate that followed these would fall until it is the least, of which
 * the silent ones get their part as well (SilentFloodTest). But while a loop is late, for whatever reason, the rate does
 * not grow without end for those who are not served: accepting is work that is not in b. Then it goes back to where it
 * began, or to 1.2 times what was served if that is more: fast from below, or who was driven to the least by one flood would
 * stay there among silent sockets for as long as others make loops late, or a quota does; slowly from above.
 *
 * Both have a least: slower, never down. A processor quota makes loops late (the kernel stops them for most of its period
 * of 100 ms), however low the limit is: then the least is what is used, and it keeps so small a gateway busy.
 *
 * What is not accepted waits in the kernel, first come first served. A queue that is longer than people's patience is
 * fatal: whoever is at its head has given up, or is about to. So while accepts are held back the backlog is as long as
 * what is served in a second. Who finds no place in it is not heard by the kernel, and its own asks again.
 */
/** Decides how many clients are accepted, and when. Confined to one thread. */
public final class AcceptControl {
  /** Between two calls of {@link #steer}, ms. */
  public static final int STEER_MS = 100;

  /** How late an event loop may be, ms. */
  static final double TARGET_MS = 10;

  /** Who takes no more of the loops' time than this does not make them late. */
  static final double BLAMELESS = 0.1;

  private static final long NEVER = Long.MAX_VALUE;

  /** However late loops are. */
  public static final int LEAST_UNDER_WAY = 8;

  private static final int FIRST_UNDER_WAY = 64;
  private static final double LEAST_PER_SECOND = 20;
  private static final double FIRST_PER_SECOND = 1_000;
  private static final double MOST_PER_SECOND = 1_000_000;

  /** That part of all that may be under way is kept free. */
  private static final int SPARE = 16;

  private static final double GROWTH = 0.25;
  private static final double BETA = 0.25;
  private static final double LEAST_FACTOR = 0.75;
  private static final double RATE_ABOVE_SERVED = 1.2;

  /** What is not asked for is not known any more: it halves, or doubles, in that time. */
  private static final double FORGOTTEN_MS = 10_000;

  /** A round trip to somebody far away: what was let in before makes work until then. */
  private static final long SETTLED_LEAST_MS = 250;

  /** What waits for longer says nothing of now. */
  private static final long SETTLED_MS = 1_000;

  /** The bucket holds as much as comes back in that time. */
  private static final double BURST_S = 0.25;

  private static final double LEAST_BURST = 64;

  /** Accepting and closing a connection that is gone, as a part of an arrival. */
  private static final double GONE_COSTS = 1.0 / 16;

  private static final double BACKLOG_S = 1;
  private static final int LEAST_BACKLOG = 16;
  private static final int HELD_MS = 500;

  private final Supplier<AcceptLimits> limits;
  private final long beganAtMs;
  private final Served served = new Served();
  private double limit = FIRST_UNDER_WAY;
  private double perSecond = FIRST_PER_SECOND;
  private double tokens = LEAST_BURST;
  private long filledAtMs;
  private long steeredAtMs;
  private long settledAtMs = Long.MIN_VALUE / 2;

  /** Whether that held accepts back since it was steered last. */
  private boolean isHeldByLimit;

  private boolean isHeldByRate;

  /** Since when something has, in every window. */
  private long heldSinceMs = NEVER;

  /**
   * @param limits asked each time: they may change
   * @param nowMs monotonic clock, as in all that follows
   */
  public AcceptControl(Supplier<AcceptLimits> limits, long nowMs) {
    this.limits = limits;
    this.beganAtMs = nowMs;
    this.filledAtMs = nowMs;
    this.steeredAtMs = nowMs;
    this.limit = Math.min(limit, limits.get().underWay());
  }

  /** The same with limits that do not change. */
  AcceptControl(AcceptLimits limits, long nowMs) {
    this(() -> limits, nowMs);
  }

  /** How many more may be accepted now: 0, or more. To be asked when there may be somebody. */
  public int room(Arrivals arrivals, long nowMs) {
    fill(nowMs);
    int byLimit =
        Math.min((int) limit - arrivals.young(nowMs), limits.get().underWay() - arrivals.unheard());
    isHeldByLimit |= byLimit <= 0;
    isHeldByRate |= tokens < 1;
    return Math.max(0, Math.min(byLimit, (int) tokens));
  }

  /**
   * How many arrivals that have not said what they want are to be closed, so that there is room for
   * others: 0, or more.
   */
  public int tooMany(Arrivals arrivals) {
    int most = limits.get().underWay();
    return Math.max(0, arrivals.staying() - (most - Math.max(1, most / SPARE)));
  }

  private void fill(long nowMs) {
    double rate = perSecond(nowMs);
    double most = Math.max(LEAST_BURST, rate * BURST_S);
    tokens = Math.min(most, tokens + rate * (nowMs - filledAtMs) / 1_000);
    filledAtMs = nowMs;
  }

  /** One was accepted. */
  public void accepted() {
    tokens--;
  }

  /** One of those that were accepted was gone before anything was done for it. */
  public void gone() {
    tokens += 1 - GONE_COSTS;
  }

  /**
   * How an event loop was in a window.
   *
   * @param delayMs how late, on average
   * @param busy the part of its time that it worked for arrivals, 0..1
   */
  public record LoopLoad(double delayMs, double busy) {
    /** From 1 on it is late, and arrivals are to blame. */
    private double ratio() {
      return Math.min(delayMs / TARGET_MS, busy / BLAMELESS);
    }
  }

  /**
   * A window is over.
   *
   * @param loops all of them
   * @param servedTotal arrivals that were answered, since the beginning
   */
  public void steer(Collection<LoopLoad> loops, long servedTotal, long nowMs) {
    long windowMs = Math.max(1, nowMs - steeredAtMs);
    steeredAtMs = nowMs;
    served.window(servedTotal, windowMs / 1_000.0);
    double ratio = 0;
    double delayMs = 0;
    for (LoopLoad loop : loops) {
      ratio = Math.max(ratio, loop.ratio());
      delayMs = Math.max(delayMs, loop.delayMs());
    }
    steerLimit(ratio, delayMs, windowMs, nowMs);
    steerRate(ratio, delayMs, windowMs);
    if (!isHeldByLimit && !isHeldByRate) {
      heldSinceMs = NEVER;
    } else if (heldSinceMs == NEVER) {
      heldSinceMs = nowMs - windowMs;
    }
    isHeldByLimit = false;
    isHeldByRate = false;
  }

  private void steerLimit(double ratio, double delayMs, long windowMs, long nowMs) {
    if (ratio >= 1) {
      if (nowMs >= settledAtMs) {
        double factor = Math.max(1 - BETA * (ratio - 1), LEAST_FACTOR);
        limit = Math.max(LEAST_UNDER_WAY, limit * factor);
        settledAtMs = nowMs + Math.clamp((long) delayMs, SETTLED_LEAST_MS, SETTLED_MS);
      }
    } else if (isHeldByLimit) {
      limit += Math.max(1, limit * GROWTH * (1 - ratio));
    } else {
      limit = forget(limit, FIRST_UNDER_WAY, windowMs);
    }
    limit = Math.min(limit, limits.get().underWay());
  }

  private void steerRate(double ratio, double delayMs, long windowMs) {
    double bearable = Math.max(LEAST_PER_SECOND, served.best() * RATE_ABOVE_SERVED);
    if (ratio >= 1) {
      perSecond = Math.min(perSecond, Math.max(bearable, perSecond * LEAST_FACTOR));
    } else if (delayMs >= TARGET_MS) {
      double most = Math.max(FIRST_PER_SECOND, bearable);
      perSecond =
          perSecond < most
              ? Math.min(most, perSecond * (1 + GROWTH))
              : forget(perSecond, most, windowMs);
    } else if (isHeldByRate) {
      perSecond = Math.min(MOST_PER_SECOND, perSecond * (1 + GROWTH));
    } else {
      perSecond = forget(perSecond, FIRST_PER_SECOND, windowMs);
    }
  }

  /** Back to where it began, slowly. */
  private static double forget(double now, double first, long ms) {
    double factor = Math.pow(2, ms / FORGOTTEN_MS);
    return now > first ? Math.max(first, now / factor) : Math.min(first, now * factor);
  }

  /** How many the kernel should hold. */
  public int backlog(long nowMs) {
    if (heldSinceMs == NEVER || nowMs - heldSinceMs < HELD_MS) {
      return limits.get().backlog();
    }
    int most = limits.get().backlog();
    int few = Math.min(LEAST_BACKLOG, most);
    return Math.clamp((long) (served.best() * BACKLOG_S), few, most);
  }

  /** Arrivals of the last second that may be under way. */
  public int limit() {
    return (int) limit;
  }

  /** Accepts per second. */
  public double perSecond(long nowMs) {
    Ramp ramp = new Ramp(beganAtMs, limits.get().rampMs());
    return Math.min(perSecond, ramp.perSecond(nowMs));
  }
}
