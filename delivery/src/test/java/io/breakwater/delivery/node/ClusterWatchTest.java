package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.membership.Cluster;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore.Earlier;
import io.breakwater.storage.ViewStore.View;
import io.breakwater.storage.testing.InMemoryStorage;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** A watch whose storage answers at once, unless it is held. */
final class ClusterWatchTest {
  private static final IncarnationId FIRST = new IncarnationId(1, 1);
  private static final IncarnationId SELF = new IncarnationId(2, 2);
  private static final IncarnationId THIRD = new IncarnationId(3, 3);

  private static final View ALONE = new View(1, List.of(FIRST), List.of(), 0);
  private static final View JOINED =
      new View(2, List.of(FIRST, SELF), List.of(new Earlier(1, ALONE.members())), 0);
  private static final View LATER =
      new View(
          3,
          List.of(FIRST, SELF, THIRD),
          List.of(new Earlier(1, ALONE.members()), new Earlier(2, JOINED.members())),
          0);

  private final Storage storage = new InMemoryStorage(StorageLayout.forOneMachine());
  private final List<Long> adopted = new ArrayList<>();
  private Runnable onAdopt = () -> {};
  private long nowMs;

  private ClusterWatch watch(Storage seen) {
    return watch(seen, Runnable::run);
  }

  private ClusterWatch watch(Storage seen, Executor thread) {
    return watch(seen, SELF, thread);
  }

  private ClusterWatch watch(Storage seen, IncarnationId self, Executor thread) {
    return new ClusterWatch(
        seen,
        self,
        new NoPeers(),
        new NoDetector(),
        () -> 0,
        new Clocks(InstantSource.system(), () -> nowMs * 1_000_000),
        thread,
        (what, failure) -> {
          throw new AssertionError(what, failure);
        },
        new ClusterWatch.Listener() {
          @Override
          public void adopt(Cluster cluster, Standings standings, long idsBelow) {
            adopted.add(cluster.view().number());
            onAdopt.run();
          }

          @Override
          public void removed(View view) {
            throw new AssertionError(view);
          }

          @Override
          public void recover(Registration dead) {
            throw new AssertionError(dead);
          }

          @Override
          public void keptOut(List<Registration> by) {
            throw new AssertionError(by);
          }

          @Override
          public void forget(Registration idle) {
            throw new AssertionError(idle);
          }
        });
  }

  @Test
  void rows_that_are_newer_than_the_view_are_not_taken_for_its_own() {
    for (IncarnationId each : LATER.members()) {
      storage.incarnations().register(each, "node-" + each.low() + ":1", 2, 100);
    }
    storage.views().change(ALONE);
    storage.views().change(JOINED);
    HeldStorage held = new HeldStorage(storage, HeldStorage.Question.LIST_INCARNATIONS, 1);
    ClusterWatch watch = watch(held);
    watch.look();
    assertThat(held.held()).isCompleted();

    storage.views().change(LATER);
    storage.incarnations().release(FIRST, LATER.number());
    held.release();

    assertThat(adopted).first().isEqualTo(LATER.number());
  }

  @Test
  void what_is_thrown_about_an_answer_reaches_the_thread() {
    storage.incarnations().register(SELF, "node:1", 2, 100);
    storage.views().change(new View(1, List.of(SELF), List.of(), 0));
    onAdopt =
        () -> {
          throw new IllegalStateException("a bug");
        };
    Deque<Runnable> tasks = new ArrayDeque<>();
    ClusterWatch watch = watch(storage, tasks::add);
    watch.look();

    assertThatThrownBy(
            () -> {
              while (!tasks.isEmpty()) {
                tasks.remove().run();
              }
            })
        .hasMessage("a bug");
  }

  @Test
  void a_node_beats_once_a_second_however_often_it_looks() {
    storage.incarnations().register(SELF, "node:1", 2, 100);
    ClusterWatch watch = watch(storage);
    for (nowMs = 0; nowMs <= 10_000; nowMs += 250) {
      watch.look();
    }
    assertThat(storage.incarnations().beats().toCompletableFuture().join())
        .isEqualTo(Map.of(SELF, 11L));
  }

  @Test
  void a_node_beats_while_the_registry_does_not_answer() {
    storage.incarnations().register(SELF, "node:1", 2, 100);
    HeldStorage held = new HeldStorage(storage, HeldStorage.Question.LIST_INCARNATIONS, 1);
    ClusterWatch watch = watch(held);
    for (nowMs = 0; nowMs <= 2_000; nowMs += 250) {
      watch.look();
    }
    assertThat(storage.incarnations().beats().toCompletableFuture().join())
        .isEqualTo(Map.of(SELF, 3L));
  }

  @Test
  void a_member_that_nobody_uses_stops_its_beat_while_somebody_waits_to_join() {
    storage.incarnations().register(FIRST, "node-1:1", 2, 100);
    storage.incarnations().register(THIRD, "node-3:1", 2, 100);
    storage.views().change(ALONE);
    ClusterWatch watch = watch(storage, FIRST, Runnable::run);
    for (nowMs = 0; nowMs <= 60_000; nowMs += 250) {
      storage.incarnations().beat(THIRD, nowMs);
      watch.look();
    }
    long before = beat(FIRST);
    for (; nowMs <= 90_000; nowMs += 250) {
      storage.incarnations().beat(THIRD, nowMs);
      watch.look();
    }
    assertThat(beat(FIRST)).isBetween(before, before + 1);
    watch.askedBy(THIRD);
    for (; nowMs <= 92_000; nowMs += 250) {
      watch.look();
    }
    assertThat(beat(FIRST)).as("somebody asks it").isGreaterThan(before + 1);
  }

  private long beat(IncarnationId of) {
    return storage.incarnations().beats().toCompletableFuture().join().getOrDefault(of, 0L);
  }
}
