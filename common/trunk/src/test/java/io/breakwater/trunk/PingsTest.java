package io.breakwater.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PingsTest {
  @Test
  void a_trunk_that_is_idle_is_not_pinged_more_often_than_its_node_permits() {
    assertThat(Pings.STANDARD.permittedEveryMs()).isLessThan(Pings.STANDARD.afterMs());
  }
}
