package io.breakwater.loadtest.chaos.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.plan.Fault;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class KindTest {
  @Test
  void every_way_to_break_something_is_offered() {
    long offered =
        Arrays.stream(Kind.values()).map(kind -> kind.fault().getClass()).distinct().count();

    assertThat(offered).isEqualTo(Fault.class.getPermittedSubclasses().length);
  }

  @Test
  void is_found_by_what_a_plan_has() {
    assertThat(Kind.values()).allMatch(kind -> Kind.of(kind.fault()) == kind);
  }
}
