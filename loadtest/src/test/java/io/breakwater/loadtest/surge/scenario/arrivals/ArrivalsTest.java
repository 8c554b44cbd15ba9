package io.breakwater.loadtest.surge.scenario.arrivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ArrivalsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int SEEDS = 2000;

  /** 30 expected in the rising half, 60 in the flat one. */
  private static final RateCurve RAMP =
      RateCurveTest.curve(
          MINUTE, List.of(Map.entry(Duration.ZERO, 0.0), Map.entry(Duration.ofSeconds(30), 2.0)));

  private static List<Long> times(RateCurve curve, long seed, Part part) {
    Arrivals arrivals = new Arrivals(curve, seed, part);
    List<Long> times = new ArrayList<>();
    for (long next = arrivals.nextNanos(); next != Arrivals.NEVER; next = arrivals.nextNanos()) {
      times.add(next);
    }
    return times;
  }

  private static long countUntil(long seed, Part part, Duration end) {
    return times(RAMP, Seed.of(seed, "ramp"), part).stream()
        .filter(time -> time < end.toNanos())
        .count();
  }

  private static double mean(double[] counts) {
    return IntStream.range(0, counts.length).mapToDouble(i -> counts[i]).average().orElseThrow();
  }

  private static double variance(double[] counts) {
    double mean = mean(counts);
    double sum = 0;
    for (double count : counts) {
      sum += (count - mean) * (count - mean);
    }
    return sum / (counts.length - 1);
  }

  private static double covariance(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (one[i] - mean(one)) * (other[i] - mean(other));
    }
    return sum / (one.length - 1);
  }

  private static double[] counts(Part part, Duration end) {
    return LongStream.range(0, SEEDS).mapToDouble(seed -> countUntil(seed, part, end)).toArray();
  }

  /** The variance of a Poisson count is its mean; 2,000 seeds know it to 3 % (one sigma). */
  @Test
  void counts_have_the_mean_and_the_dispersion_of_a_poisson_process() {
    double[] all = counts(Part.ALL, MINUTE);
    assertThat(mean(all)).isCloseTo(90, within(0.7));
    assertThat(variance(all) / mean(all)).isCloseTo(1, within(0.1));
  }

  @Test
  void follow_the_curve() {
    double[] rising = counts(Part.ALL, Duration.ofSeconds(30));
    assertThat(mean(rising)).isCloseTo(30, within(0.5));
    assertThat(variance(rising) / mean(rising)).isCloseTo(1, within(0.1));
    double[] first = counts(Part.ALL, Duration.ofSeconds(15));
    assertThat(mean(first)).isCloseTo(7.5, within(0.25));
  }

  @Test
  void gaps_of_an_even_rate_are_exponential() {
    List<Long> times = times(RateCurveTest.flat(1000, MINUTE), 7, Part.ALL);
    long longer = 0;
    for (int i = 1; i < times.size(); i++) {
      longer += times.get(i) - times.get(i - 1) > 2_000_000 ? 1 : 0;
    }
    assertThat(longer / (double) times.size()).isCloseTo(Math.exp(-2), within(0.006));
  }

  @Test
  void never_go_back_and_end_with_the_curve() {
    RateCurve bursty =
        RateCurveTest.flat(2000, MINUTE)
            .with(
                new Bursts(
                    3,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    MINUTE));
    List<Long> times = times(bursty, 3, Part.ALL);
    assertThat(times).isSorted().hasSizeBetween(118_000, 122_000);
    assertThat(times.getFirst()).isNotNegative();
    assertThat(times.getLast()).isLessThan(MINUTE.toNanos());
    // With three times the rate in a third of the time, nothing is left for the gaps; the last
    // period that fits ends at 58 s.
    assertThat(times)
        .filteredOn(time -> time >= 10_000_000_000L && time < 58_000_000_000L)
        .hasSizeGreaterThan(90_000)
        .allMatch(time -> (time - 10_000_000_000L) % 3_000_000_000L <= 1_000_001_000L);
  }

  @Test
  void stay_over_once_they_are() {
    Arrivals arrivals = new Arrivals(RateCurveTest.flat(1, Duration.ofSeconds(3)), 1, Part.ALL);
    for (int i = 0; i < 1000; i++) {
      arrivals.nextNanos();
    }
    assertThat(arrivals.nextNanos()).isEqualTo(Arrivals.NEVER);
  }

  @Test
  void the_same_seed_gives_the_same_times_and_another_one_others() {
    assertThat(times(RAMP, 5, Part.ALL)).isEqualTo(times(RAMP, 5, Part.ALL));
    assertThat(times(RAMP, 5, Part.ALL)).isNotEqualTo(times(RAMP, 6, Part.ALL));
  }

  @Test
  void streams_of_one_run_are_independent() {
    double[] one =
        LongStream.range(0, SEEDS)
            .mapToDouble(seed -> times(RAMP, Seed.of(seed, "one"), Part.ALL).size())
            .toArray();
    double[] other =
        LongStream.range(0, SEEDS)
            .mapToDouble(seed -> times(RAMP, Seed.of(seed, "other"), Part.ALL).size())
            .toArray();
    assertThat(covariance(one, other) / mean(one)).isCloseTo(0, within(0.1));
  }

  @Test
  void parts_make_the_whole_stream_time_by_time_however_many_there_are() {
    RateCurve curve = RateCurveTest.flat(100, MINUTE);
    List<Long> whole = times(curve, 11, Part.ALL);
    for (int count = 2; count <= 5; count++) {
      List<Long> union = new ArrayList<>();
      for (int index = 0; index < count; index++) {
        union.addAll(times(curve, 11, new Part(index, count)));
      }
      assertThat(union).hasSameSizeAs(whole).containsExactlyInAnyOrderElementsOf(whole);
    }
  }

  @Test
  void a_part_is_a_poisson_process_with_its_share_and_independent_of_others() {
    double[] one = counts(new Part(0, 3), MINUTE);
    double[] other = counts(new Part(1, 3), MINUTE);
    assertThat(mean(one)).isCloseTo(30, within(0.5));
    assertThat(variance(one) / mean(one)).isCloseTo(1, within(0.1));
    assertThat(covariance(one, other) / mean(one)).isCloseTo(0, within(0.1));
  }

  @Test
  void numbers_and_marks_are_those_of_the_whole_stream() {
    Map<Long, Long> marks = new TreeMap<>();
    Arrivals whole = new Arrivals(RAMP, 4, Part.ALL);
    while (whole.nextNanos() != Arrivals.NEVER) {
      assertThat(whole.number()).isEqualTo(marks.size());
      marks.put(whole.number(), whole.mark());
    }
    Map<Long, Long> ofParts = new TreeMap<>();
    for (int index = 0; index < 4; index++) {
      Arrivals part = new Arrivals(RAMP, 4, new Part(index, 4));
      while (part.nextNanos() != Arrivals.NEVER) {
        ofParts.put(part.number(), part.mark());
      }
    }
    assertThat(ofParts).isEqualTo(marks);
    assertThat(marks.values()).doesNotHaveDuplicates();
  }
}
