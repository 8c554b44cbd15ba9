package io.breakwater.gateway.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.gateway.accept.AcceptControl.LoopLoad;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many are accepted, and when. */
final class AcceptControlTest {
  private static final AcceptLimits LIMITS = new AcceptLimits(1_000, 512, 0);
  private static final double LATE_MS = 4 * AcceptControl.TARGET_MS;

  private final AcceptControl control = new AcceptControl(LIMITS, 0);
  private long nowMs;

  private Arrivals arrivals(int underWay) {
    Arrivals arrivals = new Arrivals();
    for (int i = 0; i < underWay; i++) {
      arrivals.begin(nowMs);
    }
    return arrivals;
  }

  private void window(int underWay, double delayMs, long servedTotal) {
    window(underWay, delayMs, 1, servedTotal);
  }

  private void window(int underWay, double delayMs, double busy, long servedTotal) {
    control.room(arrivals(underWay), nowMs);
    nowMs += AcceptControl.STEER_MS;
    control.steer(List.of(new LoopLoad(delayMs, busy)), servedTotal, nowMs);
  }

  @Test
  void accepts_the_first_at_once() {
    assertThat(control.room(arrivals(0), nowMs)).isPositive();
  }

  @Test
  void accepts_nobody_beyond_the_limit_and_one_for_each_that_ends() {
    int limit = control.limit();
    assertThat(control.room(arrivals(limit), nowMs)).isZero();
    assertThat(control.room(arrivals(limit - 1), nowMs)).isEqualTo(1);
  }

  @Test
  void who_says_nothing_for_a_second_keeps_nobody_out() {
    Arrivals silent = arrivals(control.limit());
    assertThat(control.room(silent, nowMs + 900)).isZero();
    assertThat(control.room(silent, nowMs + 1_250)).isPositive();
  }

  @Test
  void all_who_are_unheard_are_bounded_however_long_they_take() {
    assertThat(control.room(arrivals(LIMITS.underWay()), nowMs + 10_000)).isZero();
  }

  @Test
  void asks_as_many_to_make_room_as_are_missing_and_nobody_twice() {
    int most = LIMITS.underWay();
    assertThat(control.tooMany(arrivals(most - most / 16))).isZero();
    Arrivals full = arrivals(most);
    assertThat(control.tooMany(full)).isEqualTo(most / 16);
    full.ask();
    assertThat(control.tooMany(full)).isEqualTo(most / 16 - 1);
    full.obeyed();
    assertThat(control.tooMany(full)).isEqualTo(most / 16);
  }

  @Test
  void those_whose_homes_answer_late_keep_nobody_out_and_nobody_makes_room_for_them() {
    int most = LIMITS.underWay();
    Arrivals arrivals = new Arrivals();
    for (int i = 0; i < most; i++) {
      arrivals.heard(arrivals.begin(nowMs));
    }
    assertThat(arrivals.underWay()).isEqualTo(most);
    assertThat(control.tooMany(arrivals)).isZero();
    assertThat(control.room(arrivals, nowMs)).isEqualTo(control.limit());
  }

  @Test
  void lets_more_in_while_nothing_is_late_and_never_more_than_it_may() {
    for (int i = 0; i < 50; i++) {
      window(1_000, 0, i);
    }
    assertThat(control.limit()).isEqualTo(1_000);
  }

  @Test
  void lets_fewer_in_while_loops_are_late_but_never_none() {
    for (int i = 0; i < 200; i++) {
      window(1_000, LATE_MS, i);
    }
    assertThat(control.limit()).isEqualTo(AcceptControl.LEAST_UNDER_WAY);
    assertThat(control.perSecond(nowMs)).isBetween(10.0, 100.0);
  }

  @Test
  void does_not_hold_back_who_is_not_what_makes_loops_late() {
    int first = control.limit();
    for (int i = 0; i < 50; i++) {
      window(1_000, LATE_MS, AcceptControl.BLAMELESS / 2, i);
    }
    assertThat(control.limit()).isGreaterThan(first);
    for (int i = 0; i < 100; i++) {
      window(1_000, LATE_MS, 4 * AcceptControl.BLAMELESS, i);
    }
    assertThat(control.limit()).isEqualTo(AcceptControl.LEAST_UNDER_WAY);
  }

  /** The rate holds accepts back, as the bucket is empty. */
  private void heldByRate(long servedTotal, LoopLoad... loops) {
    Arrivals none = new Arrivals();
    for (int room = control.room(none, nowMs); room > 0; room = control.room(none, nowMs)) {
      for (int i = 0; i < room; i++) {
        control.accepted();
      }
    }
    nowMs += AcceptControl.STEER_MS;
    control.steer(List.of(loops), servedTotal, nowMs);
  }

  @Test
  void the_rate_does_not_grow_for_who_is_not_served_while_loops_are_late_for_whatever_reason() {
    double first = control.perSecond(nowMs);
    for (int i = 0; i < 50; i++) {
      heldByRate(0, new LoopLoad(LATE_MS, AcceptControl.BLAMELESS / 2));
      assertThat(control.perSecond(nowMs)).isEqualTo(first);
    }
    heldByRate(0, new LoopLoad(0, AcceptControl.BLAMELESS / 2));
    assertThat(control.perSecond(nowMs)).isGreaterThan(first);
  }

  @Test
  void the_rate_comes_back_from_the_least_with_who_is_served_though_loops_are_always_late() {
    for (int i = 0; i < 200; i++) {
      heldByRate(0, new LoopLoad(LATE_MS, 1));
    }
    double least = control.perSecond(nowMs);
    double served = 0;
    for (int i = 0; i < 100; i++) {
      served += control.perSecond(nowMs) * AcceptControl.STEER_MS / 1_000;
      heldByRate((long) served, new LoopLoad(LATE_MS, AcceptControl.BLAMELESS / 2));
    }
    assertThat(control.perSecond(nowMs)).isGreaterThan(20 * least);
  }

  @Test
  void the_rate_goes_back_to_the_first_while_loops_are_late_for_other_reasons() {
    double first = control.perSecond(nowMs);
    LoopLoad blameless = new LoopLoad(LATE_MS, AcceptControl.BLAMELESS / 2);
    for (int i = 0; i < 200; i++) {
      heldByRate(0, new LoopLoad(LATE_MS, 1));
    }
    for (int i = 0; i < 30; i++) {
      double before = control.perSecond(nowMs);
      heldByRate(0, blameless);
      assertThat(control.perSecond(nowMs)).isBetween(before, before * 1.25);
    }
    assertThat(control.perSecond(nowMs)).as("from below").isEqualTo(first);
    for (int i = 0; i < 10; i++) {
      heldByRate(0, new LoopLoad(0, AcceptControl.BLAMELESS / 2));
    }
    double high = control.perSecond(nowMs);
    assertThat(high).isGreaterThan(5 * first);
    heldByRate(0, blameless);
    assertThat(control.perSecond(nowMs)).isBetween(0.98 * high, 0.999 * high);
    for (int i = 0; i < 400; i++) {
      heldByRate(0, blameless);
    }
    assertThat(control.perSecond(nowMs)).as("from above").isEqualTo(first);
  }

  @Test
  void one_loop_that_arrivals_keep_busy_is_not_averaged_away() {
    LoopLoad[] loops = new LoopLoad[16];
    Arrays.fill(loops, new LoopLoad(0, 0));
    loops[7] = new LoopLoad(LATE_MS, 1);
    for (int i = 0; i < 200; i++) {
      control.room(arrivals(1_000), nowMs);
      heldByRate(0, loops);
    }
    assertThat(control.limit()).isEqualTo(AcceptControl.LEAST_UNDER_WAY);
    assertThat(control.perSecond(nowMs)).isLessThan(100);
  }

  @Test
  void a_loop_that_is_late_by_itself_is_not_the_fault_of_arrivals_at_another() {
    LoopLoad[] loops = {new LoopLoad(LATE_MS, 0), new LoopLoad(0, 1)};
    int first = control.limit();
    for (int i = 0; i < 50; i++) {
      control.room(arrivals(1_000), nowMs);
      heldByRate(0, loops);
    }
    assertThat(control.limit()).isGreaterThan(first);
    assertThat(control.perSecond(nowMs)).isEqualTo(1_000);
  }

  @Test
  void who_was_heard_makes_room_for_the_next_though_it_is_not_answered() {
    Arrivals arrivals = arrivals(control.limit() - 1);
    int slot = arrivals.begin(nowMs);
    assertThat(control.room(arrivals, nowMs)).isZero();
    int heard = arrivals.heard(slot);
    assertThat(control.room(arrivals, nowMs)).isEqualTo(1);
    assertThat(arrivals.underWay()).isEqualTo(control.limit());
    arrivals.end(heard, Arrivals.End.SERVED);
    assertThat(control.room(arrivals, nowMs)).isEqualTo(1);
  }

  @Test
  void does_not_grow_for_nobody() {
    int first = control.limit();
    for (int i = 0; i < 50; i++) {
      window(1, 0, i);
    }
    assertThat(control.limit()).isEqualTo(first);
  }

  @Test
  void follows_what_was_served_while_loops_are_late() {
    for (int i = 1; i <= 20; i++) {
      window(1_000, LATE_MS, i * 30L);
    }
    assertThat(control.perSecond(nowMs)).isEqualTo(360);
  }

  @Test
  void those_who_had_gone_cost_a_sixteenth() {
    int room = control.room(arrivals(0), nowMs);
    for (int i = 0; i < 32; i++) {
      control.accepted();
      control.gone();
    }
    assertThat(control.room(arrivals(0), nowMs)).isEqualTo(room - 2);
  }

  @Test
  void the_kernel_holds_what_is_served_in_a_second_while_accepts_are_held_back() {
    assertThat(control.backlog(nowMs)).isEqualTo(512);
    for (int i = 1; i <= 20; i++) {
      window(1_000, LATE_MS, i * 4L);
    }
    assertThat(control.backlog(nowMs)).isEqualTo(40);
    window(0, 0, 80);
    assertThat(control.backlog(nowMs)).isEqualTo(512);
  }
}
