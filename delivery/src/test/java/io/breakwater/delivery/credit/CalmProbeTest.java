package io.breakwater.delivery.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.priority.Priority;
import io.breakwater.delivery.credit.CalmProbe.Now;
import io.breakwater.delivery.credit.CalmProbe.Seen;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CalmProbeTest {
  private static final long WALL_MS = 1_800_000_000_000L;

  private final Tally tally = new Tally();
  private final CalmProbe probe = new CalmProbe(List.of(tally), 0);
  private final List<Seen> seen = new ArrayList<>();
  private long nowMs;
  private long heldMs;

  /** Sends take 20 ms while sign-ups are let in, and 5 without, some time after the last one. */
  private void run(long seconds, Now pressed, long drainsMs) {
    long end = nowMs + seconds * 1_000;
    while (nowMs < end) {
      nowMs += 100;
      boolean isGone = probe.isHolding() && heldMs >= drainsMs;
      heldMs = probe.isHolding() ? heldMs + 100 : 0;
      for (int i = 0; i < 50; i++) {
        tally.waited(Priority.SEND.number, isGone ? 5_000 : 20_000);
        tally.waited(Tally.BLOCKS, isGone ? 2_000 : 8_000);
      }
      Now now = isGone ? new Now(true, 0, pressed.areOthersPressing()) : pressed;
      probe.look(now, WALL_MS + nowMs, nowMs).ifPresent(seen::add);
    }
  }

  @Test
  void sees_what_sends_and_blocks_take_without_sign_ups() {
    run(59, new Now(true, 3, false), 300);
    assertThat(seen).hasSize(6);
    for (Seen each : seen) {
      assertThat(each.sends().meanMs()).isBetween(5.0, 7.0);
      assertThat(each.blocks().meanMs()).isBetween(2.0, 3.0);
    }
    // Two of three pauses are its own: others press then.
    assertThat(seen).filteredOn(each -> each.rise() > 0).hasSize(2);
  }

  @Test
  void an_older_process_does_so_each_half_minute() {
    run(600, new Now(true, 3, false), 300);
    seen.clear();
    run(60, new Now(true, 3, false), 300);
    assertThat(seen).hasSize(2).allMatch(each -> each.rise() > 0 && each.rise() < 0.1);
  }

  @Test
  void all_nodes_stand_back_at_the_same_time() {
    CalmProbe other = new CalmProbe(List.of(tally), 0);
    int together = 0;
    int alone = 0;
    for (; nowMs < 60_000; nowMs += 100) {
      probe.look(new Now(true, 0, false), WALL_MS + nowMs, nowMs);
      other.look(new Now(true, 0, false), WALL_MS + nowMs, 7_777 + nowMs);
      together += probe.isHolding() && other.isHolding() ? 1 : 0;
      alone += probe.isHolding() != other.isHolding() ? 1 : 0;
    }
    assertThat(together).isGreaterThan(40);
    assertThat(alone).isZero();
  }

  @Test
  void nobody_stands_back_where_nobody_waits() {
    for (; nowMs < 60_000; nowMs += 100) {
      probe.look(new Now(false, 3, false), WALL_MS + nowMs, nowMs);
      assertThat(probe.isHolding()).isFalse();
    }
  }

  @Test
  void says_nothing_where_hardly_anybody_sends() {
    for (; nowMs < 60_000; nowMs += 100) {
      if (nowMs % 1_000 == 0) {
        tally.waited(Priority.SEND.number, 5_000);
      }
      probe.look(new Now(true, 0, false), WALL_MS + nowMs, nowMs).ifPresent(seen::add);
    }
    assertThat(probe.count()).isPositive();
    assertThat(seen).isEmpty();
  }

  @Test
  void begins_again_when_a_sign_up_was_still_on_its_way() {
    for (; nowMs < 9_999; nowMs += 100) {
      boolean isLate = nowMs == 500;
      tally.waited(Priority.SEND.number, nowMs <= 500 ? 20_000 : 5_000);
      for (int i = 0; i < 10; i++) {
        tally.waited(Priority.SEND.number, nowMs <= 500 ? 20_000 : 5_000);
      }
      probe.look(new Now(true, isLate ? 1 : 0, false), WALL_MS + nowMs, nowMs).ifPresent(seen::add);
    }
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst().sends().meanMs()).isEqualTo(5);
  }

  @Test
  void says_nothing_while_sign_ups_do_not_get_done() {
    run(60, new Now(true, 3, false), 1_000);
    assertThat(seen).isEmpty();
  }

  @Test
  void does_not_raise_calm_while_others_press() {
    run(59, new Now(true, 3, true), 300);
    assertThat(seen).isNotEmpty().allMatch(each -> each.rise() == 0);
  }

  @Test
  void a_clock_that_is_put_back_makes_no_pause_longer() {
    long worstMs = 0;
    long sinceMs = 0;
    for (; nowMs < 120_000; nowMs += 100) {
      // It stands at the begin of a slot again and again.
      probe.look(new Now(true, 0, false), WALL_MS + nowMs % 1_100, nowMs);
      sinceMs = probe.isHolding() ? sinceMs + 100 : 0;
      worstMs = Math.max(worstMs, sinceMs);
    }
    assertThat(worstMs).isLessThanOrEqualTo(CalmProbe.LASTS_MS + 100);
  }
}
