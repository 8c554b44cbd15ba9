package io.breakwater.delivery.credit;

import java.util.List;
import java.util.Optional;

/**
 * The delay of one kind of request, window by window: a window lasts a second, or until 2000
 * requests have come (as DAGOR has it: Zhou et al., <em>Overload Control for Scaling WeChat
 * Microservices</em>, SoCC 2018). One with so few requests that chance decides lasts up to five.
 * Confined to the node's thread.
 */
final class DelayWindow {
  private static final int FULL = 2_000;
  private static final int FEW = 20;
  private static final int LASTS_MS = 1_000;
  private static final int LASTS_WITH_FEW_MS = 5_000;
  private static final double HIGH = 0.99;

  private final int kind;
  private final List<Tally> tallies;
  private long beganMs;
  private long measured;
  private long sumMicros;
  private final long[] buckets = new long[Tally.BUCKETS];

  DelayWindow(int kind, List<Tally> tallies, long nowMs) {
    this.kind = kind;
    this.tallies = tallies;
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
    long lastedMs = nowMs - beganMs;
    boolean isOver =
        requests >= FULL
            || (requests >= FEW && lastedMs >= LASTS_MS)
            || lastedMs >= LASTS_WITH_FEW_MS;
    if (!isOver) {
      return Optional.empty();
    }
    Delay delay =
        requests <= 0
            ? Delay.NONE
            : new Delay(requests, micros / 1_000.0 / requests, high(requests));
    begin(nowMs);
    return Optional.of(delay);
  }

  private double high(long requests) {
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
