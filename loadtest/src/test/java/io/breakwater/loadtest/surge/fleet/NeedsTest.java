package io.breakwater.loadtest.surge.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.Scenarios;
import io.breakwater.loadtest.surge.scenario.arrivals.Part;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import org.junit.jupiter.api.Test;

final class NeedsTest {
  private static Replay small(String name) throws Exception {
    Scenario scenario = Scenarios.load(name);
    return Replay.of(scenario, scenario.small());
  }

  @Test
  void those_who_are_online_have_a_socket_each_and_are_shared_among_generators() throws Exception {
    Replay loss = Replay.of(Scenarios.load("gateway-loss"), new Reduction(1, 1));
    long all = Needs.needed(loss, Part.ALL);
    assertThat(all).isEqualTo(loss.played().populations().getFirst().online());
    assertThat(Needs.needed(loss, new Part(1, 2))).isEqualTo((all + 1) / 2);
  }

  @Test
  void all_who_may_come_and_newcomers_while_they_stay_count() throws Exception {
    Replay back = small("facebook-return-2021-10-04");
    assertThat(Needs.needed(back, Part.ALL))
        .isEqualTo(back.played().populations().stream().mapToLong(each -> each.users()).sum());
    Replay telegram = small("telegram-2021-10-04");
    long online = telegram.played().populations().getFirst().online();
    assertThat(Needs.needed(telegram, Part.ALL)).isGreaterThan(online);
  }

  @Test
  void a_part_that_is_too_large_is_refused_with_both_numbers() throws Exception {
    Replay loss = small("gateway-loss");
    long all = Needs.needed(loss, Part.ALL);
    assertThatCode(() -> Needs.check(loss, Part.ALL, (int) all)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Needs.check(loss, Part.ALL, (int) all - 1))
        .hasMessageContaining("sockets: %d needed".formatted(all))
        .hasMessageContaining("at most %d".formatted(all - 1));
    assertThat(Needs.sockets()).isPositive();
    assertThat(Needs.cpuNanos()).isPositive();
  }
}
