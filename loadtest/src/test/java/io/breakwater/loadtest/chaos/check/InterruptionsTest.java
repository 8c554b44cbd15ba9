package io.breakwater.loadtest.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.report.Interruption;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Somebody sends each second from 0 to 300 s; user 0 is concerned by a fault from 100 to 110 s,
 * user 1 is not.
 */
final class InterruptionsTest {
  private static final long SECOND = 1_000;

  private final Interruptions interruptions = new Interruptions();

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
        interruptions.invoked(user, atMs);
        if (accepts.at(user, second)) {
          interruptions.accepted(user, atMs);
          interruptions.delivered(1 - user, atMs + 500);
        }
      }
    }
    assertThat(interruptions.result()).hasSize(1);
    return interruptions.result().get(0);
  }

  @Test
  void the_longest_time_without_counts() {
    Interruption seen =
        of(List.of(), (_, second) -> second <= 100 || second == 107 || second >= 120);

    assertThat(seen).isEqualTo(new Interruption(7, "kill", 13_000, 13_000));
  }

  @Test
  void only_those_who_are_concerned_count() {
    Interruption seen = of(List.of(0), (user, second) -> user == 1 || second >= 104);

    assertThat(seen.withoutAcceptMs()).isEqualTo(4_000);
    assertThat(seen.withoutDeliveryMs()).isEqualTo(1_000);
  }

  @Test
  void a_minute_after_the_end_of_a_fault_it_is_no_matter_any_more() {
    Interruption seen = of(List.of(), (_, second) -> second < 170 || second > 200);

    assertThat(seen.withoutAcceptMs()).isEqualTo(1_000);
  }

  @Test
  void what_never_comes_back_counts_until_then() {
    Interruption seen = of(List.of(), (_, second) -> second < 100);

    assertThat(seen.withoutAcceptMs()).isEqualTo(70_000);
    assertThat(seen.withoutDeliveryMs()).isEqualTo(70_000);
  }
}
