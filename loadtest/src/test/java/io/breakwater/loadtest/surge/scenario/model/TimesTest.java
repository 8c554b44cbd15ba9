package io.breakwater.loadtest.surge.scenario.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimesTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT4M, 4m",
    "PT15H40M, 15h40m",
    "PT2M30.5S, 2m30.5s",
    "PT0.25S, 250ms",
    "PT0.0005S, 0.5ms",
    "PT2M36.6666666S, 2m36.667s"
  })
  void durations_are_short(Duration duration, String expected) {
    assertThat(Times.text(duration)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"1, 100%", "0.8, 80%", "0.999, 99.9%", "0, 0%", "0.005, 0.5%"})
  void shares_are_percent(double share, String expected) {
    assertThat(Times.percent(share)).isEqualTo(expected);
  }
}
