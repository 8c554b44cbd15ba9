package io.breakwater.gateway.rate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Buckets of many keys in a room that never grows. */
final class BucketsTest {
  private static final long MS = 1_000_000;
  private static final long NOW = 1_000_000 * MS;
  private static final Rate RATE = Rate.parse("1/s:10");

  private final LongAdder crowded = new LongAdder();

  private Buckets buckets(int rows) {
    return new Buckets(RATE, rows, 4711, crowded);
  }

  private static long takes(Buckets buckets, long key, int tries, long now) {
    return LongStream.range(0, tries).filter(_ -> buckets.take(key, 1, now) == 0).count();
  }

  @Test
  void keeps_keys_apart() {
    Buckets buckets = buckets(4_096);
    for (long key = 1; key <= 200; key++) {
      assertThat(takes(buckets, key, 15, NOW)).as("key %d", key).isEqualTo(10);
    }
    assertThat(buckets.take(7, 1, NOW)).isEqualTo(1_000 * MS);
    assertThat(takes(buckets, 7, 15, NOW + 3_000 * MS)).isEqualTo(3);
    assertThat(crowded.sum()).isZero();
  }

  @Test
  void uses_rows_again_whose_buckets_are_full() {
    Buckets buckets = buckets(8);
    for (long second = 0; second < 1_000; second++) {
      assertThat(takes(buckets, 1_000 + second, 1, NOW + second * 1_000 * MS)).isEqualTo(1);
    }
    assertThat(crowded.sum()).isZero();
  }

  @Test
  void remembers_a_flood_however_many_others_come() {
    Buckets buckets = buckets(8);
    assertThat(takes(buckets, 1, 100, NOW)).isEqualTo(10);
    for (long key = 2; key < 10_000; key++) {
      buckets.take(key, 1, NOW);
      assertThat(takes(buckets, 1, 1, NOW)).isZero();
    }
    assertThat(crowded.sum()).isGreaterThan(9_000);
  }

  @Test
  void lets_no_more_through_because_it_is_crowded() {
    Buckets buckets = buckets(8);
    long through = 0;
    for (long key = 1; key <= 100_000; key++) {
      through += takes(buckets, key, 1, NOW);
    }
    assertThat(through).isEqualTo(8 * 10);
  }

  @Test
  void charges_up_to_an_empty_bucket() {
    Buckets buckets = buckets(8);
    assertThat(buckets.charge(1, 4, NOW)).isEqualTo(4_000 * MS);
    assertThat(buckets.charge(1, 4, NOW)).isEqualTo(8_000 * MS);
    assertThat(buckets.charge(1, 4, NOW)).isEqualTo(10_000 * MS);
    assertThat(buckets.take(1, 1, NOW)).isEqualTo(1_000 * MS);
  }

  @Test
  void says_how_long_without_taking() {
    Buckets buckets = buckets(8);
    buckets.charge(1, 8, NOW);
    assertThat(buckets.waitNanos(1, 2, NOW)).isZero();
    assertThat(buckets.waitNanos(1, 3, NOW)).isEqualTo(1_000 * MS);
    assertThat(buckets.take(1, 2, NOW)).isZero();
  }

  @Test
  void has_no_rows_without_a_limit() {
    Buckets off = new Buckets(Rate.OFF, 1 << 24, 1, crowded);
    assertThat(takes(off, 1, 1_000, NOW)).isEqualTo(1_000);
    assertThat(off.charge(1, 1_000, NOW)).isZero();
  }

  @Test
  void counts_what_several_loops_take_at_once() {
    Buckets buckets = new Buckets(Rate.parse("1/h:100"), 8, 4711, crowded);
    CountDownLatch begin = new CountDownLatch(1);
    List<CompletableFuture<Long>> loops = new ArrayList<>();
    for (int loop = 0; loop < 4; loop++) {
      loops.add(
          CompletableFuture.supplyAsync(
              () -> {
                await(begin);
                return takes(buckets, 5, 10_000, NOW);
              },
              task -> Thread.ofPlatform().start(task)));
    }
    // So that all of them find the row.
    assertThat(takes(buckets, 5, 1, NOW)).isEqualTo(1);
    begin.countDown();
    assertThat(loops.stream().mapToLong(CompletableFuture::join).sum()).isEqualTo(99);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
