package io.breakwater.delivery.credit;

import io.breakwater.common.priority.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The delay of one kind of request, window by window: a window lasts a second, or until 2000
 * requests have come (as DAGOR has it: Zhou et al., <em>Overload Control for Scaling WeChat
 * Microservices</em>, SoCC 2018). One with so few requests that chance decides lasts up to five.
 *
 * <p>What has stood still for a second counts with the time that it has waited so far, as often as
 * a window ends. So the delay of what does not get on rises with time. Confined to the node's
 * thread.
 */
final class DelayWindow {
  private static final int FULL = 2_000;
  static final int FEW = 20;
  private static final int LASTS_MS = 1_000;
  private static final int LASTS_WITH_FEW_MS = 5_000;
  private static final double HIGH = 0.99;

  private final int kind;
  private final List<Tally> tallies;
  private long beganMs;
  private long measured;
  private long sumMicros;
  private final long[] buckets = new long[Tally.BUCKETS];

  /** Of what has arrived and is not done, whoever has it. */
  private final Standstill all = new Standstill();

  /** Of messages that a lane has taken, by lane. */
  private final List<Standstill> ofLanes = new ArrayList<>();

  /** What stands still, how many, and the sum of the times, ms. */
  private long standing;

  private double standingMs;

  /** Of the last window that is over. */
  private double restMs;

  /** Whether anything got no further between the last two looks. */
  private boolean isStill;

  DelayWindow(int kind, List<Tally> tallies, long nowMs) {
    this.kind = kind;
    this.tallies = tallies;
    tallies.forEach(_ -> ofLanes.add(new Standstill()));
    begin(nowMs);
  }

  private void begin(long nowMs) {
    beganMs = nowMs;
    measured = 0;
    sumMicros = 0;
    for (Tally tally : tallies) {
      measured += tally.measured(kind);
      sumMicros += tally.sumMicros(kind);
    }
    for (int bucket = 0; bucket < buckets.length; bucket++) {
      buckets[bucket] = inBucket(bucket);
    }
  }

  private long inBucket(int bucket) {
    long sum = 0;
    for (Tally tally : tallies) {
      sum += tally.inBucket(kind, bucket);
    }
    return sum;
  }

  /** What the window came to if it ends now, and the next one begins; empty if it goes on. */
  Optional<Delay> look(long nowMs) {
    long requests = -measured;
    long micros = -sumMicros;
    for (Tally tally : tallies) {
      requests += tally.measured(kind);
      micros += tally.sumMicros(kind);
    }
    lookWhatStands(nowMs);
    requests += standing;
    micros += (long) (standingMs * 1_000);
    long lastedMs = nowMs - beganMs;
    boolean isOver =
        requests - standing >= FULL
            || (standing > 0 && lastedMs >= LASTS_MS)
            || (requests >= FEW && lastedMs >= LASTS_MS)
            || lastedMs >= LASTS_WITH_FEW_MS;
    if (!isOver) {
      return Optional.empty();
    }
    Delay delay =
        requests <= 0
            ? Delay.NONE
            : new Delay(requests, micros / 1_000.0 / requests, high(requests));
    restMs = requests <= 1 ? 0 : rest(requests, micros / 1_000.0);
    begin(nowMs);
    return Optional.of(delay);
  }

  /**
   * The mean of the last window that is over, without its slowest request; 0 if it had no other.
   */
  double restMs() {
    return restMs;
  }

  private double rest(long requests, double sumMs) {
    double slowestMs = standing > 0 ? standingMs / standing : 0;
    for (int bucket = buckets.length - 1; bucket >= 0; bucket--) {
      if (inBucket(bucket) > buckets[bucket]) {
        slowestMs = Math.max(slowestMs, Tally.above(bucket) / 1_000.0);
        break;
      }
    }
    return Math.max(0, sumMs - slowestMs) / (requests - 1);
  }

  /** Whether anything of the kind is under way that got no further since the last look. */
  boolean isStill() {
    return isStill;
  }

  /** Whether anything of the kind stands still, and has for a second. */
  boolean stands() {
    return standing > 0;
  }

  private void lookWhatStands(long nowMs) {
    standing = 0;
    standingMs = 0;
    isStill = false;
    // Done first: what is done meanwhile counts as under way, not the other way round.
    long done = 0;
    for (Tally tally : tallies) {
      done += tally.allDone(kind);
    }
    long arrived = 0;
    for (Tally tally : tallies) {
      arrived += tally.allArrived(kind);
    }
    stand(all, arrived - done, done, nowMs);
    if (kind == Priority.SEND.number) {
      for (int i = 0; i < tallies.size(); i++) {
        Tally lane = tallies.get(i);
        long published = lane.measured(kind) - lane.away(kind);
        stand(ofLanes.get(i), lane.sendsQueued(), published, nowMs);
      }
    }
  }

  private void stand(Standstill which, long underWay, long done, long nowMs) {
    long lastsMs = which.lastsMs(underWay, done, nowMs);
    isStill |= lastsMs > 0;
    if (lastsMs >= LASTS_MS) {
      standing += underWay;
      standingMs += (double) underWay * lastsMs;
    }
  }

  /** Of those that stand still the percentile is not known: they are left out. */
  private double high(long measuredAndStanding) {
    long requests = measuredAndStanding - standing;
    if (requests <= 0) {
      return standingMs / standing;
    }
    long above = requests - (long) (requests * HIGH);
    for (int bucket = buckets.length - 1; bucket >= 0; bucket--) {
      above -= inBucket(bucket) - buckets[bucket];
      if (above <= 0) {
        return Tally.above(bucket) / 1_000.0;
      }
    }
    return 0;
  }
}
