package io.breakwater.loadtest.surge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StepsTest {
  private static final double NONE = Double.NaN;

  @Test
  void keeps_the_worst_of_what_must_not_look_better() {
    assertThat(new Steps(2).worst(List.of(1.0, 9.0, 4.0, NONE, NONE, NONE, 3.0)))
        .containsExactly(9.0, 4.0, NONE, 3.0);
  }

  @Test
  void keeps_the_mean_of_rates() {
    assertThat(new Steps(2).mean(List.of(1.0, 9.0, 4.0, NONE, NONE, NONE, 3.0)))
        .containsExactly(5.0, 4.0, NONE, 3.0);
  }
}
