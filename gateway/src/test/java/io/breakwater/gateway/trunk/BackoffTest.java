package io.breakwater.gateway.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Waits between attempts at a trunk. */
final class BackoffTest {
  @Test
  void stays_in_its_range_and_reaches_the_maximum() {
    Backoff backoff = new Backoff(100, 2_000, new SplittableRandom(1));
    long longest = 0;
    for (int i = 0; i < 1_000; i++) {
      long waitMs = backoff.nextMs();
      assertThat(waitMs).isBetween(100L, 2_000L);
      longest = Math.max(longest, waitMs);
    }
    assertThat(longest).isGreaterThan(1_900);
  }

  @Test
  void stays_short_for_the_seven_seconds_that_a_killed_node_may_need() {
    Backoff backoff = new Backoff(100, 2_000, new SplittableRandom(1));
    for (long waitedMs = 0; waitedMs < 6_500; ) {
      long waitMs = backoff.nextMs();
      assertThat(waitMs).isBetween(100L, 250L);
      waitedMs += waitMs;
    }
  }

  @Test
  void begins_short_again_after_success() {
    Backoff backoff = new Backoff(100, 2_000, new SplittableRandom(1));
    for (int i = 0; i < 50; i++) {
      long unused = backoff.nextMs();
      assertThat(unused).isPositive();
    }
    backoff.reset();
    assertThat(backoff.nextMs()).isBetween(100L, 250L);
  }

  /** Any bounds, and success at any moment. */
  @Test
  void stays_in_any_range_whenever_an_attempt_succeeds() {
    for (int seed = 0; seed < 1_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int minMs = random.nextInt(1, 10_000);
      int maxMs = minMs + random.nextInt(10_000_000);
      Backoff backoff = new Backoff(minMs, maxMs, random.split());
      int failures = 0;
      for (int i = 0; i < 200; i++) {
        long waitMs = backoff.nextMs();
        failures++;
        assertThat(waitMs).as("seed %s", seed).isBetween((long) minMs, (long) maxMs);
        if (failures <= 40) {
          assertThat(waitMs).as("seed %s", seed).isLessThanOrEqualTo(minMs * 5L / 2);
        }
        if (random.nextInt(60) == 0) {
          backoff.reset();
          failures = 0;
        }
      }
    }
  }
}
