package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.cassandra.CassandraConfig;
import io.breakwater.storage.cassandra.CassandraStorage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two starts that run into each other, on a real Cassandra. */
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
      HeldStorage held = new HeldStorage(storage, listing);
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
