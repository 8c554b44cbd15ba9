package io.breakwater.gateway.rate;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.UserId;
import java.net.InetAddress;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, and the line of those who are told when to come back. */
final class SharedRatesTest {
  private static final long MS = 1_000_000;
  private static final long NOW_MS = 1_000_000;

  private final SharedRates rates =
      new SharedRates(
          new RateLimits(
              Map.of(
                  Limit.ADDRESS_CONNECTIONS,
                  Rate.parse("1/s:3"),
                  Limit.ADDRESS_HELLOS,
                  Rate.parse("10/s:20")),
              1_024),
          new SplittableRandom(1));

  private static long key(String address) {
    return SharedRates.keyOf(InetAddress.ofLiteral(address));
  }

  @Test
  void knows_an_ipv4_address_by_all_of_it_and_an_ipv6_address_by_its_network() {
    assertThat(key("203.0.113.7")).isEqualTo(0xcb007107L).isNotEqualTo(key("203.0.113.8"));
    assertThat(key("::ffff:203.0.113.7")).isEqualTo(key("203.0.113.7"));
    assertThat(key("2001:db8:1:2::7")).isEqualTo(key("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    assertThat(key("2001:db8:1:2::7")).isNotEqualTo(key("2001:db8:1:3::7"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"::", "::1", "::2", "::ffff:0:0:1", "0.0.0.0"})
  void limits_addresses_that_begin_with_zeros_like_others(String address) {
    for (int i = 0; i < 3; i++) {
      assertThat(rates.takeConnection(key(address), NOW_MS)).isTrue();
    }
    assertThat(rates.takeConnection(key(address), NOW_MS)).isFalse();
  }

  @Test
  void limits_each_address_by_itself_and_none_that_is_exempt() {
    for (int i = 0; i < 3; i++) {
      assertThat(rates.takeConnection(7, NOW_MS)).isTrue();
    }
    assertThat(rates.takeConnection(7, NOW_MS)).isFalse();
    assertThat(rates.takeConnection(8, NOW_MS)).isTrue();
    assertThat(rates.takeConnection(7, NOW_MS + 1_000)).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(rates.takeConnection(SharedRates.ANYWHERE, NOW_MS)).isTrue();
      assertThat(rates.takeHello(SharedRates.ANYWHERE, NOW_MS)).isZero();
    }
  }

  @Test
  void knows_the_devices_of_an_account_apart() {
    UserId ann = new UserId(1, 2);
    assertThat(IntStream.range(0, 1_000).mapToLong(number -> SharedRates.keyOf(ann, number)))
        .doesNotHaveDuplicates()
        .doesNotContain(SharedRates.keyOf(new UserId(3, 4), 0));
  }

  @Test
  void a_rate_that_changes_holds_at_once_and_begins_with_full_buckets() {
    for (int i = 0; i < 3; i++) {
      assertThat(rates.takeConnection(7, NOW_MS)).isTrue();
    }
    assertThat(rates.takeConnection(7, NOW_MS)).isFalse();
    rates.change(Limit.ADDRESS_CONNECTIONS, Rate.parse("1/h:1"));
    assertThat(rates.takeConnection(7, NOW_MS)).isTrue();
    assertThat(rates.takeConnection(7, NOW_MS + 10_000)).isFalse();
    rates.change(Limit.ADDRESS_CONNECTIONS, Rate.OFF);
    for (int i = 0; i < 100; i++) {
      assertThat(rates.takeConnection(7, NOW_MS)).isTrue();
    }

    rates.change(Limit.ADDRESS_HELLOS, Rate.parse("1/s:1"));
    assertThat(rates.takeHello(7, NOW_MS)).isZero();
    assertThat(rates.takeHello(7, NOW_MS)).isEqualTo(1_000 * MS);
    assertThat(rates.takeHello(7, NOW_MS)).as("in line").isEqualTo(2_000 * MS);
  }

  @Test
  void tells_a_herd_to_come_back_one_after_the_other() {
    for (int i = 0; i < 20; i++) {
      assertThat(rates.takeHello(7, NOW_MS)).isZero();
    }
    for (long i = 1; i <= 600; i++) {
      assertThat(rates.takeHello(7, NOW_MS)).isEqualTo(i * 100 * MS);
    }
    assertThat(rates.takeHello(7, NOW_MS)).as("a minute at most").isEqualTo(60_000 * MS);
    assertThat(rates.takeHello(7, NOW_MS + 100)).as("who comes now may").isZero();
  }

  @Test
  void counts_a_forged_token_as_five_hellos() {
    for (int i = 0; i < 4; i++) {
      assertThat(rates.takeHello(7, NOW_MS)).isZero();
      rates.forged(7, NOW_MS);
    }
    assertThat(rates.takeHello(7, NOW_MS)).isPositive();
    assertThat(rates.takeHello(8, NOW_MS)).isZero();
  }
}
