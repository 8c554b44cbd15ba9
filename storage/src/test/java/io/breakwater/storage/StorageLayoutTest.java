package io.breakwater.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.common.id.UserId;
import io.breakwater.storage.StorageLayout.Buckets;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class StorageLayoutTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final StorageLayout LAYOUT = StorageLayout.forOneMachine();

  @Test
  void a_mailbox_read_visits_a_day_to_either_side_and_nothing_that_has_expired() {
    long now = 100 * 7 * DAY + DAY;
    assertThat(LAYOUT.mailboxBuckets(now, now)).isEqualTo(new Buckets(100, 100));
    assertThat(LAYOUT.mailboxBuckets(now - 1, now)).isEqualTo(new Buckets(99, 100));
    assertThat(LAYOUT.mailboxBuckets(now, now + 5 * DAY)).isEqualTo(new Buckets(100, 101));
    assertThat(LAYOUT.mailboxBuckets(0, now)).isEqualTo(new Buckets(95, 100));
  }

  @Test
  void an_origin_lookup_visits_an_hour_to_either_side() {
    long now = 100 * DAY + HOUR;
    assertThat(LAYOUT.originBuckets(now, now)).isEqualTo(new Buckets(100, 100));
    assertThat(LAYOUT.originBuckets(now - 1, now)).isEqualTo(new Buckets(99, 100));
    assertThat(LAYOUT.originBuckets(0, now).count()).isEqualTo(15);
  }

  @Test
  void a_time_ahead_of_the_readers_clock_still_visits_the_readers_buckets() {
    long now = 100 * DAY + HOUR;
    Buckets buckets = LAYOUT.originBuckets(now + 10 * DAY, now);
    assertThat(buckets.contains(100)).isTrue();
    assertThat(buckets.count()).isEqualTo(1);
  }

  @Test
  void users_spread_over_all_storage_shards() {
    long distinct =
        LongStream.range(0, 1000)
            .mapToInt(low -> LAYOUT.shardOf(new UserId(0, low)))
            .distinct()
            .count();
    assertThat(distinct).isEqualTo(LAYOUT.shards());
  }

  @Test
  void a_value_out_of_range_is_named() {
    assertThatThrownBy(
            () ->
                new StorageLayout(
                    12,
                    Duration.ofDays(7),
                    Duration.ofDays(1),
                    Duration.ofDays(30),
                    Duration.ofDays(14)))
        .hasMessage("storage shards: 12 (expected: a power of two, 1..1048576)");
    assertThatThrownBy(
            () ->
                new StorageLayout(
                    16,
                    Duration.ofDays(7),
                    Duration.ofDays(1),
                    Duration.ofDays(30),
                    Duration.ofHours(23)))
        .hasMessageContaining("origin TTL: PT23H");
  }
}
