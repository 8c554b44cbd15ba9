package io.breakwater.loadtest.surge.scenario.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnitsTest {
  private static <T> Optional<T> parsed(Unit<T> unit, String text) {
    return unit.parse().apply(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "250ms, PT0.25S",
    "90s, PT1M30S",
    "15m, PT15M",
    "6h, PT6H",
    "1.5h, PT1H30M",
    "15h40m, PT15H40M",
    "7d, PT168H",
    "1m30s500ms, PT1M30.5S",
    "20us, PT0.00002S"
  })
  void times_have_units_from_days_to_microseconds(String text, Duration expected) {
    assertThat(parsed(Units.TIME, text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "15", "h", "15 m", "-1s", "5m1h", "1h1h", "6H", "1001d", "1,5h", "s5"})
  void what_is_no_time_is_told_apart(String text) {
    assertThat(parsed(Units.TIME, text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "0ms"})
  void a_duration_is_above_zero(String text) {
    assertThat(parsed(Units.TIME, text)).isPresent();
    assertThat(parsed(Units.DURATION, text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "810/s, 810",
    "0/s, 0",
    "0.5/s, 0.5",
    "3k/min, 50",
    "7.2M/h, 2000",
    "70M/day, 810.185185",
    "2G/s, 2000000000"
  })
  void rates_are_per_second_in_the_end(String text, double expected) {
    assertThat(parsed(Units.RATE, text).orElseThrow()).isCloseTo(expected, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"810", "810/m", "810/d", "-1/s", "/s", "70m/day", "810 /s", "1e3/s"})
  void what_is_no_rate_is_told_apart(String text) {
    assertThat(parsed(Units.RATE, text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"12, 12", "500k, 500000", "15M, 15000000", "2.4G, 2400000000", "0, 0", "1.5k, 1500"})
  void counts_have_multiples(String text, long expected) {
    assertThat(parsed(Units.COUNT, text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "0.0001k", "-3", "15m", "15 M", "999999999G"})
  void counts_are_whole_and_bounded(String text) {
    assertThat(parsed(Units.COUNT, text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0%, 0", "80%, 0.8", "99.9%, 0.999", "100%, 1"})
  void shares_are_percent(String text, double expected) {
    assertThat(parsed(Units.SHARE, text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.8", "101%", "-1%", "80 %", "%"})
  void what_is_no_share_is_told_apart(String text) {
    assertThat(parsed(Units.SHARE, text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"160B, 160", "2KiB, 2048", "1MiB, 1048576"})
  void sizes_are_bytes(String text, int expected) {
    assertThat(parsed(Units.SIZE, text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"160", "1KB", "160b", "1.5KiB", "9999MiB"})
  void what_is_no_size_is_told_apart(String text) {
    assertThat(parsed(Units.SIZE, text)).isEmpty();
  }
}
