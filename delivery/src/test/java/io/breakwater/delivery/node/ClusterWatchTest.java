package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
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

  private ClusterWatch watch(Storage seen) {
    return new ClusterWatch(
        seen,
        SELF,
        new NoPeers(),
        new NoDetector(),
        new Clocks(InstantSource.system(), () -> 0),
        Runnable::run,
        (what, failure) -> {
          throw new AssertionError(what, failure);
        },
        new ClusterWatch.Listener() {
          @Override
          public void adopt(Cluster cluster, Standings standings, long idsBelow) {
            adopted.add(cluster.view().number());
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
}
