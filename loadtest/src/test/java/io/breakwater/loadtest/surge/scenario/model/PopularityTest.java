package io.breakwater.loadtest.surge.scenario.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PopularityTest {
  private static final int DRAWS = 200_000;

  private static int[] drawn(double exponent, int count) {
    RandomGenerator random = new SplittableRandom(1);
    int[] drawn = new int[count];
    for (int i = 0; i < DRAWS; i++) {
      drawn[(int) new Popularity(exponent).choose(random, count)]++;
    }
    return drawn;
  }

  @Test
  void without_an_exponent_all_are_alike() {
    for (int each : drawn(0, 10)) {
      assertThat(each / (double) DRAWS).isCloseTo(0.1, within(0.005));
    }
  }

  /** What lies between a and b has the integral of x^-exponent, by which it is drawn. */
  @ParameterizedTest
  @ValueSource(doubles = {0.6, 1, 1.5})
  void the_first_ones_have_the_share_of_the_integral(double exponent) {
    int[] drawn = drawn(exponent, 1000);
    long first = 0;
    for (int i = 0; i < 10; i++) {
      first += drawn[i];
    }
    double expected = integral(exponent, 11) / integral(exponent, 1001);
    assertThat(first / (double) DRAWS).isCloseTo(expected, within(0.01));
    assertThat(drawn[0]).isGreaterThan(drawn[99]);
  }

  private static double integral(double exponent, double end) {
    return exponent == 1 ? Math.log(end) : (Math.pow(end, 1 - exponent) - 1) / (1 - exponent);
  }

  @Test
  void the_only_one_is_chosen_always() {
    RandomGenerator random = new SplittableRandom(1);
    for (int i = 0; i < 1000; i++) {
      assertThat(new Popularity(0.8).choose(random, 1)).isZero();
    }
  }
}
