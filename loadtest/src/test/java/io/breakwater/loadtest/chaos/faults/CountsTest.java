package io.breakwater.loadtest.chaos.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class CountsTest {
  private final Counts counts = new Counts();

  @Test
  void what_was_last_seen_of_a_process_that_ended_stays_in_the_sum() {
    counts.saw(11, Map.of(Meter.FORWARD_HAPPENED, 5L));
    counts.saw(11, Map.of(Meter.FORWARD_HAPPENED, 7L));
    counts.saw(12, Map.of(Meter.FORWARD_HAPPENED, 2L));

    assertThat(counts.sums()).containsExactly(Map.entry(Meter.FORWARD_HAPPENED, 9L));
  }

  @Test
  void an_answer_that_came_late_takes_nothing_away() {
    counts.saw(11, Map.of(Meter.FORWARD_HAPPENED, 7L));
    counts.saw(11, Map.of(Meter.FORWARD_HAPPENED, 5L));

    assertThat(counts.sums()).containsEntry(Meter.FORWARD_HAPPENED, 7L);
  }

  @Test
  void what_is_counted_and_never_happened_is_zero_and_what_nobody_counts_is_missing() {
    counts.saw(11, Map.of(Meter.RECOVERY_RAN, 0L));

    assertThat(counts.sums())
        .containsEntry(Meter.RECOVERY_RAN, 0L)
        .doesNotContainKey(Meter.SEAL_HIT);
  }
}
