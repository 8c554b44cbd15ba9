package io.breakwater.gateway.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bucket that is one number. */
final class RateTest {
  private static final long MS = 1_000_000;
  private static final long START = 5_000 * MS;

  private final Rate rate = Rate.parse("10/s:3");
  private long fullAt = Rate.FULL;

  private boolean takes(long tokens, long now) {
    boolean there = rate.waitNanos(fullAt, tokens, now) == 0;
    if (there) {
      fullAt = rate.spend(fullAt, tokens, now);
    }
    return there;
  }

  @Test
  void gives_the_burst_at_once_and_then_one_token_per_interval() {
    for (int i = 0; i < 3; i++) {
      assertThat(takes(1, START)).isTrue();
    }
    assertThat(takes(1, START)).isFalse();
    assertThat(rate.waitNanos(fullAt, 1, START)).isEqualTo(100 * MS);
    assertThat(takes(1, START + 99 * MS)).isFalse();
    assertThat(takes(1, START + 100 * MS)).isTrue();
    assertThat(takes(1, START + 100 * MS)).isFalse();
  }

  @Test
  void never_holds_more_than_the_burst_however_long_nobody_asked() {
    takes(3, START);
    long later = START + 3_600_000 * MS;
    for (int i = 0; i < 3; i++) {
      assertThat(takes(1, later)).isTrue();
    }
    assertThat(takes(1, later)).isFalse();
  }

  @Test
  void lets_what_is_larger_than_the_burst_have_a_full_bucket() {
    assertThat(takes(1_000_000_000_000L, START)).isTrue();
    assertThat(rate.waitNanos(fullAt, 1, START)).isEqualTo(100 * MS);
    assertThat(takes(1_000_000_000_000L, START + 299 * MS)).isFalse();
    assertThat(takes(1_000_000_000_000L, START + 300 * MS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10/s:600", "3/s:7", "12/m:20", "7/m:1", "1/h:1", "100000000/s:5", "1048576/s:9"})
  void is_written_as_it_is_read(String text) {
    assertThat(Rate.parse(text).toString()).isEqualTo(text);
  }

  @Test
  void without_a_limit_nothing_is_owed_of_an_earlier_one() {
    assertThat(takes(3, START)).isTrue();
    assertThat(Rate.OFF.waitNanos(fullAt, 1, START)).isZero();
    assertThat(Rate.OFF.toString()).isEqualTo("off");
  }

  @Test
  void works_with_a_clock_below_zero() {
    long before = Long.MIN_VALUE / 4;
    assertThat(takes(3, before)).isTrue();
    assertThat(takes(1, before)).isFalse();
    assertThat(takes(1, before + 100 * MS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"off", "OFF", " 0 "})
  void can_be_off(String text) {
    Rate off = Rate.parse(text);
    assertThat(off.isOff()).isTrue();
    assertThat(off.waitNanos(off.spend(Rate.FULL, 1_000_000, START), Long.MAX_VALUE, START))
        .isZero();
  }

  @Test
  void is_read_by_the_second_minute_and_hour() {
    assertThat(Rate.parse("10/s:600")).isEqualTo(new Rate(100 * MS, 60_000 * MS, "10/s:600"));
    assertThat(Rate.parse("12/m:20")).isEqualTo(new Rate(5_000 * MS, 100_000 * MS, "12/m:20"));
    assertThat(Rate.parse("1/h:24")).isEqualTo(new Rate(3_600_000 * MS, 86_400_000 * MS, "1/h:24"));
    assertThat(Rate.parse("10/s:600").burst()).isEqualTo(600);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10/s",
        "10/s:0",
        "0/s:10",
        "-1/s:1",
        "10/d:1",
        "1.5/s:1",
        "100000001/s:1",
        "1/h:169",
        "9999999999/s:1"
      })
  void is_nothing_else(String text) {
    assertThatThrownBy(() -> Rate.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("rate: " + text + " (expected: off, or as 10/s:600");
  }
}
