package io.breakwater.loadtest.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MedianTest {
  @Test
  void is_the_one_in_the_middle() {
    assertThat(Median.of(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Median.of(List.of(7.0))).isEqualTo(7);
  }

  @Test
  void is_the_mean_of_the_two_in_the_middle() {
    assertThat(Median.of(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
  }

  @Test
  void is_unknown_of_none() {
    assertThat(Median.of(List.of())).isNaN();
  }
}
