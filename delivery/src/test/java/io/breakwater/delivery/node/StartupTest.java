package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
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
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.cassandra.CassandraConfig;
import io.breakwater.storage.cassandra.CassandraStorage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts that others run into, on a real Cassandra. */
final class StartupTest {
  private static final IncarnationId SLOW = new IncarnationId(1, 1);
  private static final IncarnationId QUICK = new IncarnationId(2, 2);

  /**
   * The interleaving: the slow start has decided its view, then waits through an outage, before it
   * seals anybody (the first listing) or afterwards (the second). Meanwhile a quick one comes by,
   * takes its place and serves.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_start_that_was_overtaken_while_it_waited_ends_and_seals_nobody(int listing)
      throws Exception {
    try (Storage storage = connect("overtaken" + listing)) {
      HeldStorage held = new HeldStorage(storage, Question.LIST_INCARNATIONS, listing);
      CompletableFuture<Node> slow = begin(held, SLOW);
      await(held.held());
      Node serving = await(begin(storage, QUICK));

      held.release();

      assertThatThrownBy(() -> await(slow))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(StorageException.Broken.class)
          .hasMessageContaining("was replaced while it started");
      assertThat(await(storage.views().read()).orElseThrow().members()).containsExactly(QUICK);
      assertThat(await(storage.incarnations().read(QUICK)).orElseThrow().sealed()).isFalse();
      assertThat(serving.settle(10_000)).isTrue();
      serving.close();
    }
  }

  @Test
  void a_start_after_one_that_serves_takes_its_place() throws Exception {
    try (Storage storage = connect("successor")) {
      CompletableFuture<String> ended = new CompletableFuture<>();
      Node first = await(begin(storage, QUICK, ended));
      Node second = await(begin(storage, new IncarnationId(3, 3)));
      assertThat(await(ended)).contains("sealed");
      first.close();
      assertThat(second.settle(10_000)).isTrue();
      second.close();
    }
  }

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

  private static CompletableFuture<Node> begin(Storage storage, IncarnationId incarnation) {
    return begin(storage, incarnation, new CompletableFuture<>());
  }

  /** Begins on a thread of its own, as a process does. */
  private static CompletableFuture<Node> begin(
      Storage storage, IncarnationId incarnation, CompletableFuture<String> fatal) {
    CompletableFuture<Node> begun = new CompletableFuture<>();
    Clocks clocks = Clocks.system();
    Startup startup =
        new Startup(
            storage,
            new StorageWait(Duration.ofMillis(100), clocks, _ -> {}),
            clocks,
            LaneLimits.standard(),
            2,
            new SimpleMeterRegistry(),
            fatal::complete);
    var _ =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    begun.complete(startup.begin(incarnation, "127.0.0.1:" + incarnation.high()));
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
