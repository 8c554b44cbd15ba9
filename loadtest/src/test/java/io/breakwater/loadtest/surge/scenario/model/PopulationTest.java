package io.breakwater.loadtest.surge.scenario.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PopulationTest {
  private static Population population(long users, long online, double impatient) {
    return new Population("all", Population.Kind.EXISTING, users, online, 2, impatient, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1000000, 3000, 333",
    "1000000, 1, 1000000",
    "1000000, 0.5, 2000000",
    "5, 3000, 1",
    "0, 3000, 0"
  })
  void the_scale_divides_users_and_leaves_at_least_one(long users, double scale, long expected) {
    Population played = population(users, users, 0).replayed(new Reduction(scale, 7));
    assertThat(played.users()).isEqualTo(expected);
    assertThat(played.online()).isEqualTo(expected);
    assertThat(played.sockets()).isEqualTo(2 * expected);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.2, 0.5, 0.9, 1})
  void impatient_users_have_their_share_among_all(double share) {
    Population population = population(10_000, 10_000, share);
    long impatient = LongStream.range(0, 10_000).filter(population::isImpatient).count();
    assertThat(impatient / 1e4).isCloseTo(share, within(0.001));
  }

  @Test
  void impatient_users_have_their_share_among_those_of_each_generator() {
    Population population = population(10_000, 10_000, 0.2);
    for (int count = 2; count <= 8; count++) {
      long every = count;
      long impatient =
          LongStream.range(0, 1000).map(i -> i * every).filter(population::isImpatient).count();
      assertThat(impatient / 1e3).isCloseTo(0.2, within(0.02));
    }
  }

  @Test
  void somebody_is_impatient_wherever_a_share_is() {
    assertThat(population(3, 3, 0.001).isImpatient(0)).isTrue();
    assertThat(population(3, 3, 0).isImpatient(0)).isFalse();
  }
}
