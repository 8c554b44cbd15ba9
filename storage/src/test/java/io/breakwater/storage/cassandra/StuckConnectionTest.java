package io.breakwater.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.testing.Relay;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.StorageLayout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A node that is gone without a word, while much is on the way to it. */
final class StuckConnectionTest {
  private static final int BLOCK_BYTES = 64 << 10;
  private static final int BLOCKS = 250;
  private static final LaneKey LANE = new LaneKey(new IncarnationId(7, 7), 0);

  @Test
  void a_connection_that_takes_no_more_bytes_is_closed_and_another_one_opened() throws Exception {
    try (Relay relay = new Relay(0, TestCassandra.shared().contactPoint());
        CassandraStorage storage =
            CassandraStorage.connect(
                CassandraConfig.forOneMachine(relay.address(), "stuck"),
                StorageLayout.forOneMachine(),
                new SimpleMeterRegistry())) {
      assertThat(isWritten(append(storage, 0, 8))).isTrue();
      relay.stick();
      List<CompletableFuture<Void>> lost = new ArrayList<>();
      for (int seq = 1; seq <= BLOCKS; seq++) {
        lost.add(append(storage, seq, BLOCK_BYTES));
      }
      assertThat(lost).noneMatch(StuckConnectionTest::isWritten);

      await().atMost(Duration.ofSeconds(30)).until(() -> isWritten(append(storage, BLOCKS + 1, 8)));
    }
  }

  private static CompletableFuture<Void> append(CassandraStorage storage, long seq, int bytes) {
    return storage
        .journal()
        .append(LANE, seq, 1_765_000_000_000_000L + seq, ByteBuffer.allocate(bytes))
        .toCompletableFuture();
  }

  private static boolean isWritten(CompletableFuture<Void> append) {
    return append.handle((_, failure) -> failure == null).join();
  }
}
