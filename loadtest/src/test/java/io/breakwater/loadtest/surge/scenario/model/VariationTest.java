package io.breakwater.loadtest.surge.scenario.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.breakwater.loadtest.surge.scenario.Scenarios;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class VariationTest {
  private Scenario telegram;

  @BeforeEach
  void load() throws Exception {
    telegram = Scenarios.load("telegram-2021-10-04");
  }

  private Scenario times(String stream, double factor) {
    return new Variation(null, Map.of(stream, factor), false).of(telegram);
  }

  @Test
  void nothing_is_changed_that_is_not_named() {
    assertThat(Variation.NONE.of(telegram)).isEqualTo(telegram);
  }

  @Test
  void a_stream_has_so_many_times_as_many_arrivals_at_the_same_times() {
    Scenario more = times("refugees", 3);
    assertThat(more.stream("refugees").rate().expected())
        .isCloseTo(3 * telegram.stream("refugees").rate().expected(), within(1.0));
    assertThat(more.stream("refugees").rate().peakAt())
        .isEqualTo(telegram.stream("refugees").rate().peakAt());
    assertThat(more.stream("chat")).isEqualTo(telegram.stream("chat"));
    assertThat(more.content()).isEqualTo(telegram.content());
  }

  @Test
  void a_stream_that_is_left_out_takes_the_limits_along_of_whom_it_was_all() {
    Scenario calm = times("refugees", 0);
    assertThat(calm.streams()).extracting(ArrivalStream::name).doesNotContain("refugees");
    assertThat(calm.limits()).extracting(Limit::of).containsOnly("existing").isNotEmpty();
    assertThat(times("networks", 0).limits()).isEqualTo(telegram.limits());
  }

  @Test
  void faults_may_be_left_out() throws Exception {
    Scenario loss = Scenarios.load("gateway-loss");
    assertThat(loss.faults()).isNotEmpty();
    assertThat(new Variation(null, Map.of(), true).of(loss).faults()).isEmpty();
  }

  @Test
  void what_makes_no_sense_is_said() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> times("refuges", 2))
        .withMessage("stream: refuges (expected: one of chat, networks, refugees)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> times("refugees", -1))
        .withMessage("times=refugees=-1.0 (expected: 0..10000)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Variation(null, Map.of("chat", 0.0, "networks", 0.0, "refugees", 0.0), false)
                    .of(telegram))
        .withMessage("times: no stream is left (expected: one at least)");
  }
}
