package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.delivery.node.HeldStorage.Question;
import io.breakwater.proto.client.DeviceChange;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.journal.Block;
import io.breakwater.proto.journal.Kind;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore.View;
import io.breakwater.storage.cassandra.CassandraConfig;
import io.breakwater.storage.cassandra.CassandraStorage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node alone, on a real Cassandra. */
final class StartupTest {
  private static final IncarnationId SLOW = new IncarnationId(1, 1);
  private static final IncarnationId QUICK = new IncarnationId(2, 2);

  /**
   * The interleaving: the owner of a journal does not know yet that it is sealed. While its journal
   * is read, it moves its checkpoint and drops the slices that it leaves behind.
   */
  @Test
  void a_journal_whose_slices_are_dropped_while_it_is_read_is_read_again() throws Exception {
    UserId user = new UserId(5, 6);
    LaneKey lane = new LaneKey(SLOW, 0);
    try (Storage storage = connect("dropped")) {
      await(storage.incarnations().register(SLOW, "127.0.0.1:1", 1, 0));
      await(storage.views().change(new View(1, List.of(SLOW), List.of(), 0)));
      await(storage.incarnations().raiseCeiling(SLOW, 1_000_000));
      await(storage.incarnations().checkpoint(SLOW, Map.of(0, 10L)));
      for (long seq : new long[] {10, 11, 3000, 3001, 3002}) {
        await(storage.journal().append(lane, seq, 1 + seq, block(user, 1_000 + seq)));
      }
      HeldStorage held = new HeldStorage(storage, Question.READ_JOURNAL, 1);
      CompletableFuture<Node> begun = begin(held, QUICK);
      await(held.held());
      await(storage.incarnations().checkpoint(SLOW, Map.of(0, 3000L)));
      await(storage.journal().dropSlice(lane, 0));
      await(storage.journal().dropSlice(lane, 1));

      held.release();

      Node node = await(begun);
      assertThat(node.leave(10_000)).isEqualTo(Node.Departure.ALONE);
      assertThat(node.settle(10_000)).isTrue();
      node.close();
      assertThat(await(storage.mailboxes().read(user, 0, 0, System.currentTimeMillis(), 10)).rows())
          .extracting(MailboxRow::entryId)
          .containsExactly(4_000L, 4_001L, 4_002L);
    }
  }

  private static ByteBuffer block(UserId user, long entryId) {
    Entry entry =
        Entry.newBuilder()
            .setEntryId(entryId)
            .setTimeMs(System.currentTimeMillis())
            .setLinked(DeviceChange.newBuilder().setDevice(1))
            .build();
    return ByteBuffer.wrap(
        Block.newBuilder()
            .setVersion(1)
            .setCheckpoint(10)
            .addRecords(
                Record.newBuilder()
                    .setUser(ByteString.copyFrom(user.bytes()))
                    .setEntry(entry.toByteString())
                    .setKind(Kind.DEVICE))
            .build()
            .toByteArray());
  }

  /** Begins on a thread of its own, as a process does. */
  private static CompletableFuture<Node> begin(Storage storage, IncarnationId incarnation) {
    CompletableFuture<Node> begun = new CompletableFuture<>();
    Clocks clocks = Clocks.system();
    Startup startup =
        new Startup(
            storage,
            new StorageWait(Duration.ofMillis(100), clocks, _ -> {}),
            clocks,
            LaneLimits.standard(),
            2,
            Lane::new,
            new NoPeers(),
            new NoDetector(),
            new SimpleMeterRegistry(),
            _ -> {});
    var _ =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Node node = startup.begin(incarnation, "127.0.0.1:1");
                    await(node.join());
                    begun.complete(node);
                  } catch (Exception e) {
                    begun.completeExceptionally(e);
                  }
                });
    return begun;
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static Storage connect(String keyspace) throws Exception {
    return CassandraStorage.connect(
        CassandraConfig.forOneMachine(TestCassandra.shared().contactPoint(), keyspace),
        StorageLayout.forOneMachine(),
        new SimpleMeterRegistry());
  }
}
