package io.breakwater.loadtest.surge.fleet.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TimersTest {
  @Test
  void wakes_in_the_order_of_time_whatever_was_set_moved_and_cleared() {
    SplittableRandom random = new SplittableRandom(5);
    Timers timers = new Timers();
    List<Timers.Alarm> alarms = new ArrayList<>();
    List<Long> woken = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      alarms.add(new Timers.Alarm(woken::add));
    }
    for (int i = 0; i < 20_000; i++) {
      Timers.Alarm one = alarms.get(random.nextInt(alarms.size()));
      if (random.nextInt(4) == 0) {
        timers.clear(one);
      } else {
        timers.set(one, random.nextLong(1_000_000));
      }
    }
    List<Long> expected =
        alarms.stream().map(Timers.Alarm::at).filter(at -> at != Timers.NEVER).sorted().toList();
    assertThat(timers.next()).isEqualTo(expected.getFirst());
    while (timers.next() != Timers.NEVER) {
      timers.run(timers.next());
    }
    assertThat(woken).isEqualTo(expected).hasSizeGreaterThan(300);
  }

  @Test
  void an_alarm_may_be_set_anew_by_whom_it_wakes() {
    Timers timers = new Timers();
    List<Long> woken = new ArrayList<>();
    Timers.Alarm[] alarm = new Timers.Alarm[1];
    alarm[0] =
        new Timers.Alarm(
            now -> {
              woken.add(now);
              if (woken.size() < 3) {
                timers.set(alarm[0], now + 10);
              }
            });
    timers.set(alarm[0], 10);
    timers.run(9);
    timers.run(10);
    timers.run(25);
    timers.run(100);
    assertThat(woken).containsExactly(10L, 25L, 100L);
    assertThat(timers.next()).isEqualTo(Timers.NEVER);
  }
}
