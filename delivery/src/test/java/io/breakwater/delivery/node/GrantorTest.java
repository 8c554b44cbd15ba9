package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.delivery.credit.Account;
import io.breakwater.delivery.credit.CreditFigures;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.testing.InMemoryStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GrantorTest {
  /** A steering reads the clock twice. */
  private static final int READS_OF_SOME_STEERINGS = 6;

  private final NodeThread thread = new NodeThread(_ -> {});
  private final AtomicLong nanos = new AtomicLong();
  private final CountDownLatch reads = new CountDownLatch(READS_OF_SOME_STEERINGS);
  private final Grantor grantor =
      new Grantor(
          thread,
          new TrunkRegistry(),
          new InMemoryStorage(StorageLayout.forOneMachine()),
          new Clocks(this::wall, this::mono),
          1);

  private final AtomicInteger wallReads = new AtomicInteger();

  /** A steering reads it once, and so does a round. */
  private Instant wall() {
    wallReads.incrementAndGet();
    return Instant.EPOCH;
  }

  private long mono() {
    if (Thread.currentThread().getName().equals("node")) {
      reads.countDown();
    }
    return nanos.get();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @AfterEach
  void end() {
    thread.close();
  }

  @Test
  void steers_without_building_figures_that_nobody_asks_for() throws Exception {
    CreditFigures before = grantor.figures();
    grantor.start();
    assertThat(reads.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(grantor.figures()).isSameAs(before);
  }

  @Test
  void builds_them_anew_for_who_asks_after_a_while() {
    assertThat(grantor.figures().trunks()).isZero();
    grantor.open(new Account(1));
    pass(Duration.ofMillis(100));
    assertThat(grantor.figures().trunks()).isEqualTo(1);
  }

  @Test
  void builds_them_once_for_who_asks_for_many() {
    pass(Duration.ofHours(1));
    CreditFigures first = grantor.figures();
    pass(Duration.ofMillis(99));
    assertThat(grantor.figures()).isSameAs(first);
  }

  @Test
  void makes_no_more_rounds_the_longer_somebody_waits() throws Exception {
    Account account = new Account(1);
    grantor.open(account);
    Demand line = Demand.newBuilder().setSignUps(1_000_000).setFirstArrivedMs(0).build();
    account.wants(line, grantor.nowMs());
    grantor.start();
    int steerings = 12;
    CountDownLatch steered = new CountDownLatch(steerings);
    thread.repeat(steered::countDown, 100);
    assertThat(steered.await(60, TimeUnit.SECONDS)).isTrue();
    // Each steering is a round itself, and there is one each 10 ms.
    assertThat(wallReads.get()).isBetween(2 * steerings, (steerings + 2) * 12);
  }

  @Test
  void has_the_last_ones_when_the_node_has_ended() {
    CreditFigures last = grantor.figures();
    thread.close();
    pass(Duration.ofHours(1));
    assertThat(grantor.figures()).isSameAs(last);
  }
}
