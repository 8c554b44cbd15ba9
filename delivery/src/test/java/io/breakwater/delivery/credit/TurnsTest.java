package io.breakwater.delivery.credit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where sign-ups wait until they may write. */
@Timeout(60)
final class TurnsTest {
  private final List<String> log = new ArrayList<>();
  private final Turns turns = new Turns(2);

  private Turns.Entrant named(String name) {
    return new Turns.Entrant() {
      @Override
      public void enter(long nowMs) {
        log.add(name + " in at " + nowMs);
      }

      @Override
      public void turnAway() {
        log.add(name + " away");
      }
    };
  }

  @Test
  void lets_in_as_many_as_may_be_inside_and_the_others_in_order_of_arrival() {
    for (String name : List.of("a", "b", "c", "d")) {
      turns.arrive(named(name), 0);
    }
    assertThat(log).containsExactly("a in at 0", "b in at 0");
    turns.leave(7);
    turns.leave(9);
    assertThat(log).endsWith("c in at 7", "d in at 9");
    assertThat(turns.inside()).isEqualTo(2);
    assertThat(turns.waiting()).isZero();
  }

  @Test
  void a_higher_limit_lets_more_in_and_a_lower_one_puts_nobody_out() {
    for (String name : List.of("a", "b", "c", "d")) {
      turns.arrive(named(name), 0);
    }
    turns.limit(3);
    turns.look(5);
    assertThat(log).endsWith("c in at 5");
    turns.limit(1);
    turns.leave(6);
    turns.leave(6);
    assertThat(turns.inside()).isEqualTo(1);
    assertThat(log).hasSize(3);
    turns.leave(8);
    assertThat(log).endsWith("d in at 8");
  }

  @Test
  void who_has_waited_for_a_second_is_turned_away() {
    for (String name : List.of("a", "b", "c")) {
      turns.arrive(named(name), 0);
    }
    turns.arrive(named("d"), 500);
    turns.look(999);
    assertThat(log).hasSize(2);
    turns.look(1_000);
    assertThat(log).endsWith("c away");
    turns.leave(1_001);
    assertThat(log).endsWith("d in at 1001");
  }

  @Test
  void no_more_than_256_wait() {
    for (int i = 0; i < 2 + 256; i++) {
      turns.arrive(named("early"), 0);
    }
    turns.arrive(named("late"), 0);
    assertThat(log).endsWith("late away").hasSize(3);
    assertThat(turns.waiting()).isEqualTo(256);
  }

  /** Threads that come and go: the limit holds, and nobody is forgotten. */
  @Test
  void nobody_is_forgotten_however_many_come_and_go_at_once() throws InterruptedException {
    int threads = 4;
    int each = 20_000;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch answered = new CountDownLatch(threads * each);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      all.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int j = 0; j < each; j++) {
                      turns.arrive(new Passing(inside, most, answered), 0);
                    }
                  }));
    }
    for (Thread thread : all) {
      thread.join();
    }
    answered.await();
    assertThat(most.get()).isLessThanOrEqualTo(2);
    assertThat(turns.inside()).isZero();
    assertThat(turns.waiting()).isZero();
  }

  private final class Passing implements Turns.Entrant {
    private final AtomicInteger inside;
    private final AtomicInteger most;
    private final CountDownLatch answered;

    Passing(AtomicInteger inside, AtomicInteger most, CountDownLatch answered) {
      this.inside = inside;
      this.most = most;
      this.answered = answered;
    }

    @Override
    public void enter(long nowMs) {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      inside.decrementAndGet();
      turns.leave(0);
      answered.countDown();
    }

    @Override
    public void turnAway() {
      answered.countDown();
    }
  }
}
