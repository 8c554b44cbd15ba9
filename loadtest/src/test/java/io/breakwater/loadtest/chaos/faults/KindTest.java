package io.breakwater.loadtest.chaos.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.plan.Fault;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class KindTest {
  @Test
  void every_way_to_break_something_is_offered_or_named_as_missing() {
    long offered =
        Arrays.stream(Kind.values()).map(kind -> kind.fault().getClass()).distinct().count();

    assertThat(offered + Kind.notAvailable().size())
        .isEqualTo(Fault.class.getPermittedSubclasses().length);
    assertThat(Kind.notAvailable()).containsExactly("disk-full", "clock-step");
  }

  @Test
  void is_found_by_what_a_plan_has() {
    assertThat(Kind.values()).allMatch(kind -> Kind.of(kind.fault()) == kind);
  }
}
