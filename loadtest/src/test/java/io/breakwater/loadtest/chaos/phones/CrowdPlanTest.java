package io.breakwater.loadtest.chaos.phones;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class CrowdPlanTest {
  @Test
  void names_what_is_out_of_range() {
    assertThatThrownBy(() -> new CrowdPlan(1, 1, 1, 1, 100, false))
        .hasMessageContaining("users: 1");
    assertThatThrownBy(() -> new CrowdPlan(1, 2, 9, 1, 100, false)).hasMessageContaining("user: 9");
    assertThatThrownBy(() -> new CrowdPlan(1, 2, 1, 0, 100, false))
        .hasMessageContaining("second: 0");
    assertThatThrownBy(() -> new CrowdPlan(1, 2, 1, Double.NaN, 100, false))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> new CrowdPlan(1, 2, 1, 1, 47, false))
        .hasMessageContaining("bytes: 47");
  }
}
