package io.breakwater.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class GateTest {
  private final List<String> entered = new ArrayList<>();

  private boolean enter(Gate gate, String name) {
    return gate.enter(() -> entered.add(name));
  }

  @Test
  void who_waits_enters_in_order_when_others_leave() {
    Gate gate = new Gate(2, 2);
    for (String name : List.of("a", "b", "c", "d")) {
      assertThat(enter(gate, name)).isTrue();
    }
    assertThat(entered).containsExactly("a", "b");
    assertThat(gate.waiting()).isEqualTo(2);
    gate.leave();
    gate.leave();
    assertThat(entered).containsExactly("a", "b", "c", "d");
    assertThat(gate.inside()).isEqualTo(2);
    gate.leave();
    gate.leave();
    assertThat(gate.inside()).isZero();
  }

  @Test
  void beyond_the_queue_nobody_waits() {
    Gate gate = new Gate(1, 1);
    assertThat(enter(gate, "a")).isTrue();
    assertThat(enter(gate, "b")).isTrue();
    assertThat(enter(gate, "c")).isFalse();
    gate.leave();
    assertThat(enter(gate, "d")).isTrue();
    gate.leave();
    assertThat(entered).containsExactly("a", "b", "d");
  }

  @Test
  void ten_thousand_who_leave_at_once_need_no_stack() {
    Gate gate = new Gate(1, 10_000);
    AtomicInteger runs = new AtomicInteger();
    gate.enter(() -> {});
    for (int i = 0; i < 10_000; i++) {
      gate.enter(
          () -> {
            runs.incrementAndGet();
            gate.leave();
          });
    }
    gate.leave();
    assertThat(runs).hasValue(10_000);
    assertThat(gate.inside()).isZero();
    assertThat(gate.waiting()).isZero();
  }

  @Test
  void threads_that_come_and_go_forget_nobody_and_never_exceed_the_limit() throws Exception {
    int each = 50_000;
    Gate gate = new Gate(3, Integer.MAX_VALUE);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch left = new CountDownLatch(4 * each);
    try (ExecutorService arrivals = Executors.newFixedThreadPool(4);
        ExecutorService departures = Executors.newFixedThreadPool(2)) {
      for (int thread = 0; thread < 4; thread++) {
        arrivals.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                gate.enter(
                    () -> {
                      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                      departures.execute(
                          () -> {
                            inside.decrementAndGet();
                            gate.leave();
                            left.countDown();
                          });
                    });
              }
            });
      }
      assertThat(left.await(60, TimeUnit.SECONDS)).as("everyone left").isTrue();
    }
    assertThat(most.get()).isBetween(1, 3);
    assertThat(gate.inside()).isZero();
    assertThat(gate.waiting()).isZero();
  }
}
