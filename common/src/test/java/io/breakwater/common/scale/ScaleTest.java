package io.breakwater.common.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How busy, how many. */
final class ScaleTest {
  @ParameterizedTest(name = "{0} servers, busy {1}, late {2}: {3}")
  @CsvSource({
    "1, 0.00, false, 1",
    "1, 0.60, false, 1",
    "1, 0.61, false, 2",
    "3, 0.60, false, 3",
    "3, 0.80, false, 4",
    "3, 0.20, false, 1",
    "10, 1.00, false, 17",
    "2, 0.10, true, 3",
    "10, 1.00, true, 17",
  })
  void there_should_be_as_many_that_each_is_busy_for_three_fifths_of_the_time(
      int servers, double busy, boolean isLate, int recommended) {
    assertThat(Scale.recommended(servers, Scale.load(busy, isLate))).isEqualTo(recommended);
  }

  @Test
  void a_rate_follows_its_total_within_some_time_constants_and_forgets() {
    SmoothedRate rate = new SmoothedRate(10);
    double total = 1_000_000;
    long nowMs = 5_000;
    rate.look(total, nowMs);
    assertThat(rate.perSecond()).as("what was before it looked").isZero();
    for (int i = 0; i < 600; i++) {
      rate.look(total += 7, nowMs += 100);
    }
    assertThat(rate.perSecond()).isCloseTo(70, Offset.offset(0.5));
    for (int i = 0; i < 600; i++) {
      rate.look(total, nowMs += 100);
    }
    assertThat(rate.perSecond()).isLessThan(0.5);
    rate.look(total, nowMs);
    assertThat(rate.perSecond()).isLessThan(0.5);
  }

  @Test
  void a_page_has_a_line_for_each_meter_that_is_there() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Gauge.builder("line.length", () -> 12_345).register(registry);
    Gauge.builder("delay", () -> 0.12345).tag("priority", "2").register(registry);
    Gauge.builder("delay", () -> Double.NaN).tag("priority", "1").register(registry);
    assertThat(
            ScalePage.of(registry, List.of("delay", "line.length", "missing"))
                .content()
                .answer(Optional.empty()))
        .isEqualTo("delay{priority=1} -\ndelay{priority=2} 0.123\nline.length 12345\n");
  }
}
