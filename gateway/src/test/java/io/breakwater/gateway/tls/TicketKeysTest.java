package io.breakwater.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What two gateways, whose clocks differ, take of each other's tickets. */
final class TicketKeysTest {
  private static final byte[] SECRET = HexFormat.of().parseHex("5a".repeat(32));
  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

  /** The keys of a gateway at a time, as text; the first one issues. */
  private static List<String> keysAt(byte[] secret, long ms) {
    TicketKeys keys = new TicketKeys(secret, () -> Instant.ofEpochMilli(ms));
    return Arrays.stream(keys.of(keys.today())).map(TicketKeysTest::text).toList();
  }

  private static String text(OpenSslSessionTicketKey key) {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(key.name()) + hex.formatHex(key.hmacKey()) + hex.formatHex(key.aesKey());
  }

  @Test
  void gateways_whose_clocks_differ_by_less_than_a_day_take_each_others_tickets() {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long ms = random.nextLong(100_000 * DAY_MS);
      List<String> here = keysAt(SECRET, ms);
      List<String> there = keysAt(SECRET, ms + random.nextLong(DAY_MS));

      assertThat(there).as("seed %s", seed).contains(here.getFirst());
      assertThat(here).as("seed %s", seed).contains(there.getFirst());
    }
  }

  @Test
  void no_ticket_is_taken_two_days_later_or_earlier() {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long ms = random.nextLong(100_000 * DAY_MS);
      long later = ms + 2 * DAY_MS + random.nextLong(100 * DAY_MS);

      assertThat(keysAt(SECRET, later)).as("seed %s", seed).doesNotContain(issuing(SECRET, ms));
      assertThat(keysAt(SECRET, ms)).as("seed %s", seed).doesNotContain(issuing(SECRET, later));
    }
  }

  @Test
  void every_day_and_every_cluster_has_a_key_of_its_own() {
    byte[] other = HexFormat.of().parseHex("5b".repeat(32));
    Set<String> seen = new HashSet<>();
    for (long day = 0; day < 1_000; day++) {
      assertThat(seen.add(issuing(SECRET, day * DAY_MS))).as("day %s", day).isTrue();
      assertThat(seen.add(issuing(other, day * DAY_MS))).as("day %s", day).isTrue();
    }
  }

  private static String issuing(byte[] secret, long ms) {
    return keysAt(secret, ms).getFirst();
  }
}
