package io.breakwater.loadtest.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.report.Interruption;
import io.breakwater.loadtest.chaos.report.Interruption.Pause;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * User 2 writes to both users each second from 0 to 300 s; user 0 is concerned by a fault from 100
 * to 110 s, users 1 and 2 are not.
 */
final class InterruptionsTest {
  private static final long SECOND = 1_000;

  private final Interruptions interruptions = new Interruptions();

  private Interruption seen() {
    return interruptions.result().getFirst();
  }

  private interface Accepts {
    boolean at(int user, long second);
  }

  private Interruption of(List<Integer> concerned, Accepts accepts) {
    for (long second = 0; second <= 300; second++) {
      long atMs = second * SECOND;
      if (second == 100) {
        interruptions.begun(new Fact.FaultBegun(1, atMs, 7, "kill", concerned));
      } else if (second == 110) {
        interruptions.ended(new Fact.FaultEnded(2, atMs, 7, Fact.Effect.SEEN));
      }
      for (int user = 0; user < 2; user++) {
        interruptions.invoked(2, user, atMs);
        if (accepts.at(user, second)) {
          interruptions.accepted(2, user, atMs + 100);
          interruptions.delivered(2, user, atMs + 200);
        }
      }
    }
    return seen();
  }

  @Test
  void the_longest_time_without_counts_from_the_first_send_that_was_not_served() {
    Interruption seen =
        of(List.of(), (_, second) -> second <= 100 || second == 107 || second >= 120);

    assertThat(seen)
        .isEqualTo(
            new Interruption(
                7,
                "kill",
                new Pause(2, 12_100, 12_200),
                Pause.NOBODY,
                new Pause(2, 10_100, 10_200)));
  }

  @Test
  void those_who_are_concerned_and_the_others_are_measured_apart() {
    Interruption seen = of(List.of(0), (user, second) -> user == 1 || second >= 104);

    assertThat(seen.concerned()).isEqualTo(new Pause(1, 4_100, 4_200));
    assertThat(seen.others()).isEqualTo(new Pause(1, 100, 200));
  }

  @Test
  void what_somebody_concerned_writes_to_another_is_no_matter_of_the_others() {
    interruptions.begun(new Fact.FaultBegun(1, 0, 7, "kill", List.of(0)));
    interruptions.invoked(0, 1, 10);
    interruptions.invoked(2, 1, 20);
    interruptions.accepted(2, 1, 50);
    interruptions.delivered(2, 1, 60);
    interruptions.accepted(0, 1, 3_010);
    interruptions.delivered(0, 1, 3_020);

    assertThat(seen().concerned()).isEqualTo(new Pause(1, 3_000, 3_010));
    assertThat(seen().others()).isEqualTo(new Pause(1, 30, 40));
  }

  @Test
  void what_stops_when_all_is_back_is_no_matter_of_the_fault() {
    Interruption seen = of(List.of(0), (_, second) -> second < 115 || second >= 118);

    assertThat(seen.concerned()).isEqualTo(new Pause(1, 100, 200));
    assertThat(seen.others()).isEqualTo(new Pause(1, 100, 200));
    assertThat(seen.afterwards()).isEqualTo(new Pause(2, 3_100, 3_200));
  }

  @Test
  void the_worst_of_all_users_counts() {
    Interruption seen = of(List.of(), (user, second) -> user == 0 || second >= 104);

    assertThat(seen.concerned()).isEqualTo(new Pause(2, 4_100, 4_200));
  }

  @Test
  void time_in_which_nobody_writes_does_not_count() {
    interruptions.begun(new Fact.FaultBegun(1, 0, 7, "kill", List.of()));
    interruptions.invoked(2, 0, 10 * SECOND);
    interruptions.accepted(2, 0, 11 * SECOND);
    interruptions.delivered(2, 0, 12 * SECOND);
    interruptions.invoked(2, 0, 50 * SECOND);
    interruptions.accepted(2, 0, 50 * SECOND);
    interruptions.delivered(2, 0, 50 * SECOND);

    assertThat(seen().concerned()).isEqualTo(new Pause(1, 1_000, 2_000));
  }

  @Test
  void a_minute_after_the_end_of_a_fault_it_is_no_matter_any_more() {
    Interruption seen = of(List.of(), (_, second) -> second < 170 || second > 200);

    assertThat(seen.afterwards().withoutAcceptMs()).isLessThan(SECOND);
  }

  @Test
  void what_happens_after_the_next_fault_is_that_ones_matter() {
    interruptions.begun(new Fact.FaultBegun(1, 0, 7, "kill", List.of()));
    interruptions.invoked(2, 0, 2);
    interruptions.accepted(2, 0, 3);
    interruptions.begun(new Fact.FaultBegun(3, 4, 8, "freeze", List.of()));
    interruptions.invoked(2, 0, 5);
    interruptions.accepted(2, 0, 5 + SECOND);

    assertThat(interruptions.result())
        .extracting(each -> each.concerned().withoutAcceptMs())
        .containsExactly(1L, SECOND);
  }

  @Test
  void what_never_comes_back_counts_until_then() {
    Interruption seen = of(List.of(), (_, second) -> second < 100);

    assertThat(seen.concerned()).isEqualTo(new Pause(2, 70_000, 70_000));
  }
}
