package io.breakwater.loadtest.surge.scenario.arrivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class RateCurveTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Offset<Double> EXACTLY = within(1e-6);

  static RateCurve curve(Duration duration, List<Map.Entry<Duration, Double>> points) {
    return RateCurve.of(
        points.stream().map(each -> new Point(each.getKey(), each.getValue())).toList(), duration);
  }

  static RateCurve flat(double perSecond, Duration duration) {
    return curve(duration, List.of(Map.entry(Duration.ZERO, perSecond)));
  }

  /** 0 to 100/s in ten minutes, 100/s for ten, a step to 10/s, and that until the end. */
  private static RateCurve hill() {
    return curve(
        HOUR,
        List.of(
            Map.entry(Duration.ZERO, 0.0),
            Map.entry(Duration.ofMinutes(10), 100.0),
            Map.entry(Duration.ofMinutes(20), 100.0),
            Map.entry(Duration.ofMinutes(20), 10.0)));
  }

  @Test
  void is_linear_between_points_and_holds_after_the_last() {
    RateCurve hill = hill();
    assertThat(hill.at(Duration.ofMinutes(5))).isCloseTo(50, EXACTLY);
    assertThat(hill.at(Duration.ofMinutes(15))).isCloseTo(100, EXACTLY);
    assertThat(hill.at(Duration.ofMinutes(20))).isCloseTo(10, EXACTLY);
    assertThat(hill.at(Duration.ofMinutes(59))).isCloseTo(10, EXACTLY);
    assertThat(hill.at(HOUR)).isZero();
  }

  @Test
  void expects_the_area_below_it() {
    RateCurve hill = hill();
    assertThat(hill.expectedUntil(Duration.ofMinutes(5))).isCloseTo(7_500, EXACTLY);
    assertThat(hill.expectedUntil(Duration.ofMinutes(10))).isCloseTo(30_000, EXACTLY);
    assertThat(hill.expected()).isCloseTo(30_000 + 60_000 + 24_000, EXACTLY);
    assertThat(hill.mean()).isCloseTo(114_000 / 3600.0, EXACTLY);
    assertThat(hill.expectedUntil(Duration.ofSeconds(-1))).isZero();
    assertThat(hill.expectedUntil(HOUR.plus(HOUR))).isEqualTo(hill.expected());
  }

  @Test
  void knows_when_so_many_are_expected() {
    RateCurve hill = hill().with(new Diurnal(Duration.ofMinutes(7), 0.2));
    for (double share = 0; share < 1; share += 0.01) {
      double arrivals = share * hill.expected();
      assertThat(hill.expectedUntil(hill.secondAt(arrivals))).isCloseTo(arrivals, within(1e-5));
    }
  }

  @Test
  void passes_over_stretches_in_which_nothing_is_expected() {
    RateCurve late =
        curve(
            HOUR,
            List.of(
                Map.entry(Duration.ZERO, 0.0),
                Map.entry(Duration.ofMinutes(30), 0.0),
                Map.entry(Duration.ofMinutes(40), 1.0)));
    assertThat(late.secondAt(0)).isCloseTo(1800, EXACTLY);
  }

  @Test
  void has_its_peak_where_it_is_first_reached() {
    assertThat(hill().peak()).isEqualTo(100);
    assertThat(hill().peakAt()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void bursts_move_arrivals_and_add_none() {
    Bursts bursts =
        new Bursts(3, Duration.ofMinutes(2), Duration.ofMinutes(8), Duration.ZERO, HOUR);
    RateCurve bursty = flat(100, HOUR).with(bursts);
    assertThat(bursty.expected()).isCloseTo(360_000, EXACTLY);
    assertThat(bursty.at(Duration.ofMinutes(1))).isCloseTo(300, EXACTLY);
    assertThat(bursty.at(Duration.ofMinutes(5))).isCloseTo(50, EXACTLY);
    assertThat(bursty.at(Duration.ofMinutes(11))).isCloseTo(300, EXACTLY);
    assertThat(bursty.peak()).isCloseTo(300, EXACTLY);
  }

  @Test
  void bursts_keep_to_their_stretch_and_are_whole() {
    Bursts bursts =
        new Bursts(
            2,
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(35));
    RateCurve bursty = flat(100, HOUR).with(bursts);
    assertThat(bursty.at(Duration.ofMinutes(9))).isCloseTo(100, EXACTLY);
    assertThat(bursty.at(Duration.ofMinutes(12))).isCloseTo(200, EXACTLY);
    assertThat(bursty.at(Duration.ofMinutes(17))).isCloseTo(0, EXACTLY);
    assertThat(bursty.at(Duration.ofMinutes(22))).isCloseTo(200, EXACTLY);
    // A third period would end after the stretch.
    assertThat(bursty.at(Duration.ofMinutes(32))).isCloseTo(100, EXACTLY);
    assertThat(bursty.expected()).isCloseTo(360_000, EXACTLY);
  }

  @Test
  void too_many_bursts_are_refused() {
    Bursts bursts = new Bursts(2, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO, HOUR);
    RateCurve even = flat(1, HOUR);
    assertThatThrownBy(() -> even.with(bursts))
        .hasMessage("bursts: 1800000 (expected: at most 50000)");
  }

  @Test
  void the_hours_of_a_day_keep_its_mean() {
    RateCurve day = flat(100, Duration.ofDays(1)).with(new Diurnal(Duration.ofHours(18), 0.5));
    assertThat(day.expected()).isCloseTo(8_640_000, within(1.0));
    assertThat(day.peakAt()).isEqualTo(Duration.ofHours(18));
    assertThat(day.at(Duration.ofHours(6)) / day.peak()).isCloseTo(0.5, EXACTLY);
  }

  @Test
  void a_smaller_scale_and_a_shorter_clock_divide_arrivals_by_the_scale_alone() {
    RateCurve played = hill().replayed(10, 60);
    assertThat(played.duration()).isEqualTo(Duration.ofMinutes(1));
    assertThat(played.expected()).isCloseTo(11_400, EXACTLY);
    assertThat(played.peak()).isCloseTo(600, EXACTLY);
    assertThat(played.peakAt()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void a_warm_up_goes_at_the_rate_of_the_begin() {
    RateCurve later = hill().after(Duration.ofMinutes(5));
    assertThat(later.duration()).isEqualTo(hill().duration().plusMinutes(5));
    assertThat(later.at(Duration.ofMinutes(1))).isCloseTo(hill().at(Duration.ZERO), EXACTLY);
    assertThat(later.at(Duration.ofMinutes(12)))
        .isCloseTo(hill().at(Duration.ofMinutes(7)), EXACTLY);
    assertThat(later.expected())
        .isCloseTo(hill().expected() + 300 * hill().at(Duration.ZERO), EXACTLY);
    assertThat(hill().after(Duration.ZERO).expected()).isCloseTo(hill().expected(), EXACTLY);
  }
}
