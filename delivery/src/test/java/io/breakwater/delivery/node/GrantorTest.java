package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.priority.Priority;
import io.breakwater.delivery.credit.Account;
import io.breakwater.delivery.credit.CreditFigures;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.testing.InMemoryStorage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
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
  private final AtomicInteger readByNode = new AtomicInteger();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);
  private final TrunkRegistry trunks = new TrunkRegistry();
  private final BlockingQueue<DeliveryBatch> told = new LinkedBlockingQueue<>();
  private final Grantor grantor =
      new Grantor(
          thread,
          trunks,
          new InMemoryStorage(StorageLayout.forOneMachine()),
          new Clocks(InstantSource.fixed(Instant.EPOCH), this::mono),
          1);

  private long mono() {
    if (Thread.currentThread().getName().equals("node")) {
      reads.countDown();
      readByNode.incrementAndGet();
    }
    return nanos.get();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @AfterEach
  void end() {
    goesOn.countDown();
    thread.close();
  }

  /** The node's thread does nothing any more, until {@link #goesOn}. */
  private void hang() throws InterruptedException {
    thread.execute(
        () -> {
          hanging.countDown();
          try {
            goesOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    hanging.await();
  }

  /** Everything that the thread was given before has run. */
  private void settle() throws Exception {
    CompletableFuture.runAsync(() -> {}, thread).get(10, TimeUnit.SECONDS);
  }

  private Account trunk() {
    return new Account(
        trunks.add(
            new TrunkRegistry.Outlet() {
              @Override
              public void send(DeliveryBatch batch) {
                told.add(batch);
              }

              @Override
              public long queuedBytes() {
                return 0;
              }
            }));
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
  void has_the_last_ones_while_the_nodes_thread_hangs_and_asks_it_once() throws Exception {
    CreditFigures last = grantor.figures();
    hang();
    grantor.open(new Account(1));
    for (int looks = 0; looks < 5; looks++) {
      pass(Duration.ofHours(1));
      assertThat(grantor.figures()).isSameAs(last);
    }
    readByNode.set(0);
    goesOn.countDown();
    settle();
    // The trunk that was opened, its round perhaps, and who asked for figures first.
    assertThat(readByNode.get()).isLessThanOrEqualTo(3);
    pass(Duration.ofMillis(100));
    assertThat(grantor.figures().trunks()).isEqualTo(1);
  }

  @Test
  void grants_nothing_while_the_nodes_thread_hangs_and_goes_on_with_it() throws Exception {
    grantor.start();
    Account account = trunk();
    grantor.open(account);
    assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
    hang();
    told.clear();
    account.arrived(Priority.SEND.number, 64);
    account.wants(Demand.newBuilder().setSignUps(10).setFirstArrivedMs(0).build(), grantor.nowMs());
    grantor.soon();
    grantor.open(trunk());
    pass(Duration.ofHours(1));
    grantor.soon();
    assertThat(told).isEmpty();
    goesOn.countDown();
    assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void has_the_last_ones_when_the_node_has_ended() {
    CreditFigures last = grantor.figures();
    thread.close();
    pass(Duration.ofHours(1));
    assertThat(grantor.figures()).isSameAs(last);
  }
}
