package io.breakwater.loadtest.chaos.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.history.Fact.Effect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AttemptsTest {
  private static final int NEVER = 100;

  private final List<String> done = new ArrayList<>();

  /** The attempt of that number leads there. */
  private Effect make(int leading, int seen) {
    return Attempts.until(
        () -> attempts() >= leading,
        () -> {
          done.add("attempt");
          return attempts() == seen ? Effect.SEEN : Effect.NONE;
        },
        () -> done.add("heal"));
  }

  private long attempts() {
    return done.stream().filter("attempt"::equals).count();
  }

  @Test
  void what_led_there_at_once_is_done_once() {
    assertThat(make(1, 1)).isEqualTo(Effect.SEEN);
    assertThat(done).containsExactly("attempt");
  }

  @Test
  void what_led_nowhere_heals_and_is_done_again() {
    make(3, 1);

    assertThat(done).containsExactly("attempt", "heal", "attempt", "heal", "attempt");
  }

  @Test
  void it_is_not_done_for_ever_and_nobody_waits_for_healing_after_the_last_time() {
    make(NEVER, 1);

    assertThat(attempts()).isEqualTo(Attempts.MOST);
    assertThat(done).hasSize(2 * Attempts.MOST - 1).endsWith("attempt");
  }

  @Test
  void it_was_seen_if_any_attempt_was() {
    assertThat(make(3, 1)).isEqualTo(Effect.SEEN);
    done.clear();
    assertThat(make(3, 2)).isEqualTo(Effect.SEEN);
    done.clear();
    assertThat(make(3, NEVER)).isEqualTo(Effect.NONE);
  }
}
