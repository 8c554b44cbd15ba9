package io.breakwater.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cli.supervise.Lifecycle.Step;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LifecycleTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Lifecycle lifecycle = new Lifecycle(LIMIT);
  private Duration now = Duration.ofHours(3);

  @Test
  void starts_at_once_then_asks_until_ready_then_rests() {
    assertThat(lifecycle.next(now)).isEqualTo(new Step.Start());
    lifecycle.started(now);
    assertThat(lifecycle.next(now)).isEqualTo(new Step.Ask());
    assertThat(lifecycle.isUp()).isFalse();
    lifecycle.ready(now);
    assertThat(lifecycle.next(now)).isEqualTo(new Step.Rest());
    assertThat(lifecycle.isUp()).isTrue();
  }

  @Test
  void gives_up_what_ends_before_it_was_ever_ready() {
    lifecycle.started(now);
    lifecycle.ended(now);
    assertThat(lifecycle.next(now)).isEqualTo(new Step.GiveUp());
  }

  @Test
  void gives_up_a_first_start_only_when_asked_beyond_its_limit() {
    lifecycle.started(now);
    pass(LIMIT);
    lifecycle.notReady(now);
    assertThat(lifecycle.next(now)).isEqualTo(new Step.Ask());
    pass(LIMIT);
    assertThat(lifecycle.next(now)).isEqualTo(new Step.Ask());
    lifecycle.notReady(now);
    assertThat(lifecycle.next(now)).isEqualTo(new Step.GiveUp());
  }

  @Test
  void asks_for_ever_once_it_was_ready() {
    becomeReady();
    lifecycle.ended(now);
    pass(Lifecycle.FIRST_DELAY);
    lifecycle.started(now);
    pass(LIMIT.multipliedBy(10));
    lifecycle.notReady(now);
    assertThat(lifecycle.next(now)).isEqualTo(new Step.Ask());
  }

  @Test
  void waits_twice_as_long_at_each_end_up_to_five_seconds() {
    becomeReady();
    for (long expected : new long[] {200, 400, 800, 1600, 3200, 5000, 5000}) {
      lifecycle.ended(now);
      assertThat(lifecycle.next(now)).isEqualTo(new Step.Wait(Duration.ofMillis(expected)));
      pass(Duration.ofMillis(expected - 1));
      assertThat(lifecycle.next(now)).isEqualTo(new Step.Wait(Duration.ofMillis(1)));
      pass(Duration.ofMillis(1));
      assertThat(lifecycle.next(now)).isEqualTo(new Step.Start());
      lifecycle.started(now);
    }
  }

  @Test
  void thirty_seconds_of_being_ready_forgive_earlier_ends() {
    becomeReady();
    endAndStart();
    endAndStart();
    lifecycle.ready(now);
    pass(Lifecycle.FORGIVEN_AFTER);
    lifecycle.ended(now);
    assertThat(lifecycle.next(now)).isEqualTo(new Step.Wait(Lifecycle.FIRST_DELAY));
  }

  @Test
  void less_than_thirty_seconds_of_being_ready_forgive_nothing() {
    becomeReady();
    endAndStart();
    lifecycle.ready(now);
    pass(Lifecycle.FORGIVEN_AFTER.minusMillis(1));
    lifecycle.ended(now);
    assertThat(lifecycle.next(now)).isEqualTo(new Step.Wait(Lifecycle.FIRST_DELAY.multipliedBy(2)));
  }

  private void becomeReady() {
    lifecycle.started(now);
    lifecycle.ready(now);
  }

  private void endAndStart() {
    lifecycle.ended(now);
    pass(Lifecycle.LAST_DELAY);
    lifecycle.started(now);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
