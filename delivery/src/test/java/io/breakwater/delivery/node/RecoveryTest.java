package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.membership.Cluster;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.delivery.node.HeldStorage.Question;
import io.breakwater.proto.client.DeviceChange;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.journal.Block;
import io.breakwater.proto.journal.Kind;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore.View;
import io.breakwater.storage.testing.InMemoryStorage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RecoveryTest {
  private static final IncarnationId DEAD = new IncarnationId(1, 1);
  private static final IncarnationId HEIR = new IncarnationId(2, 2);

  /** Of a lane: the slice with its blocks, and the one after it. */
  private static final int READS_OF_A_LANE = 2;

  private static final class Heir implements Recovery.Heirs {
    final List<ByteString> taken = new CopyOnWriteArrayList<>();
    final AtomicInteger unanswered = new AtomicInteger();

    @Override
    public Standings standings() {
      return new Standings(HEIR, Cluster.of(new View(1, List.of(HEIR), List.of(), 0), List.of()));
    }

    @Override
    public CompletionStage<Boolean> resubmit(
        IncarnationId home, long view, IncarnationId owner, List<Record> records) {
      if (unanswered.getAndDecrement() > 0) {
        return new CompletableFuture<>();
      }
      records.forEach(record -> taken.add(record.getUser()));
      return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<Void> raiseFloor(long above) {
      return CompletableFuture.completedStage(null);
    }
  }

  private final InMemoryStorage storage = new InMemoryStorage(StorageLayout.forOneMachine());
  private final Heir heir = new Heir();

  private ByteString journal(int lane) {
    ByteString user = ByteString.copyFrom(new UserId(lane, lane + 1).bytes());
    Entry entry =
        Entry.newBuilder()
            .setEntryId(lane + 1)
            .setTimeMs(1_700_000_000_000L)
            .setLinked(DeviceChange.newBuilder().setDevice(1))
            .build();
    ByteBuffer block =
        ByteBuffer.wrap(
            Block.newBuilder()
                .setVersion(1)
                .addRecords(
                    Record.newBuilder()
                        .setUser(user)
                        .setEntry(entry.toByteString())
                        .setKind(Kind.DEVICE))
                .build()
                .toByteArray());
    storage.journal().append(new LaneKey(DEAD, lane), 0, 1, block).toCompletableFuture().join();
    return user;
  }

  @Test
  void a_home_that_does_not_answer_is_asked_again() throws Exception {
    storage.incarnations().register(DEAD, "127.0.0.1:1", 1, 1_000).toCompletableFuture().join();
    ByteString left = journal(0);
    heir.unanswered.set(2);

    new Recovery(storage, heir, Clocks.system(), Duration.ofMillis(10)).recover(DEAD);

    assertThat(heir.taken).containsExactly(left);
    assertThat(storage.incarnations().read(DEAD).toCompletableFuture().join().orElseThrow())
        .returns(true, row -> row.recovered());
  }

  @Test
  void what_a_lane_left_is_handed_over_before_the_journal_of_the_next_one_is_read()
      throws Exception {
    storage.incarnations().register(DEAD, "127.0.0.1:1", 2, 1_000).toCompletableFuture().join();
    ByteString ofFirst = journal(0);
    ByteString ofSecond = journal(1);
    HeldStorage held = new HeldStorage(storage, Question.READ_JOURNAL, READS_OF_A_LANE + 1);
    CompletableFuture<Integer> cut = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            cut.complete(
                new Recovery(held, heir, Clocks.system(), Recovery.PATIENCE).recover(DEAD));
          } catch (InterruptedException | RuntimeException e) {
            cut.completeExceptionally(e);
          }
        });
    held.held().get(30, TimeUnit.SECONDS);
    assertThat(heir.taken).containsExactly(ofFirst);

    held.release();

    assertThat(cut.get(30, TimeUnit.SECONDS)).isZero();
    assertThat(heir.taken).containsExactly(ofFirst, ofSecond);
    assertThat(storage.incarnations().read(DEAD).toCompletableFuture().join().orElseThrow())
        .returns(true, row -> row.recovered());
  }
}
