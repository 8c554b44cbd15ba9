package io.breakwater.gateway.rate;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many tokens per second on average, and so many at once: a token bucket. Its state is one
 * number, kept by whoever is limited: when the bucket will be full again, in nanoseconds of a
 * monotonic clock. A number in the past is a full bucket, so nothing has to be refilled, and what
 * was idle for long enough can be forgotten. (The virtual scheduling algorithm of ITU-T I.371.)
 *
 * @param tokenNanos in which one token comes back; 0: no limit
 * @param capacityNanos in which an empty bucket fills
 * @param text as it was given
 */
public record Rate(long tokenNanos, long capacityNanos, String text) {
  /** No limit. */
  public static final Rate OFF = new Rate(0, 0, "off");

  /** The state of a bucket from which nothing was ever taken. */
  static final long FULL = Long.MIN_VALUE;

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long MAX_PER_SECOND = 100_000_000L;
  private static final long MAX_CAPACITY_NANOS = 7 * 24 * 3_600 * SECOND_NANOS;
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,9})/([smh]):([1-9]\\d{0,9})");

  /**
   * Reads {@code 10/s:600}: ten per second on average, 600 at once. The unit is {@code s}, {@code
   * m} or {@code h}. {@code off} and {@code 0}: no limit.
   *
   * @throws IllegalArgumentException if it is anything else, or above 100,000,000 per second, or
   *     takes longer than 7 days to fill
   */
  public static Rate parse(CharSequence text) {
    String rate = text.toString().strip().toLowerCase(Locale.ROOT);
    if (rate.equals("off") || rate.equals("0")) {
      return OFF;
    }
    Matcher form = FORM.matcher(rate);
    if (!form.matches()) {
      throw wrong(rate);
    }
    long tokens = Long.parseLong(form.group(1));
    long unitNanos =
        switch (form.group(2)) {
          case "s" -> SECOND_NANOS;
          case "m" -> 60 * SECOND_NANOS;
          default -> 3_600 * SECOND_NANOS;
        };
    long tokenNanos = unitNanos / tokens;
    long burst = Long.parseLong(form.group(3));
    if (tokenNanos < SECOND_NANOS / MAX_PER_SECOND || burst > MAX_CAPACITY_NANOS / tokenNanos) {
      throw wrong(rate);
    }
    return new Rate(tokenNanos, burst * tokenNanos, rate);
  }

  private static IllegalArgumentException wrong(String rate) {
    return new IllegalArgumentException(
        "rate: "
            + rate
            + " (expected: off, or as 10/s:600, ten per second and 600 at once; unit s, m or h; at"
            + " most 100000000 per second and 7 days until full)");
  }

  /** Whether there is no limit. */
  public boolean isOff() {
    return tokenNanos == 0;
  }

  /** The most that can be taken at once. */
  public long burst() {
    return isOff() ? Long.MAX_VALUE : capacityNanos / tokenNanos;
  }

  /** The same pace, with a bucket that takes so long to fill. */
  Rate filling(long nanos) {
    return isOff() ? OFF : new Rate(tokenNanos, nanos, text);
  }

  /**
   * How long until so many tokens are there; 0 if they are. More than a full bucket has can be
   * taken from a full one.
   */
  long waitNanos(long fullAt, long tokens, long now) {
    // What is owed may be of an earlier rate.
    return isOff() ? 0 : Math.max(0, owed(fullAt, now) + cost(tokens) - capacityNanos);
  }

  /** The state after so many tokens were taken, whether they were there or not. */
  long spend(long fullAt, long tokens, long now) {
    return now + Math.min(capacityNanos, owed(fullAt, now) + cost(tokens));
  }

  /** How long until the bucket is full; 0 if it is. */
  static long owed(long fullAt, long now) {
    return Math.max(fullAt, now) - now;
  }

  /** As it was given. */
  @Override
  public String toString() {
    return text;
  }

  private long cost(long tokens) {
    return isOff() || tokens <= burst() ? tokens * tokenNanos : capacityNanos;
  }
}
