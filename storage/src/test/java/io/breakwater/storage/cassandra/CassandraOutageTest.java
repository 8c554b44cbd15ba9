package io.breakwater.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.cli.cassandra.EmbeddedCassandra;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.JournalStore.StoredBlock;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageLayout;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Cassandra killed and frozen, for real. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CassandraOutageTest {
  private static final long TIMESTAMP = 1_765_000_000_000_000L;

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private EmbeddedCassandra cassandra;
  private CassandraStorage storage;

  @BeforeAll
  void start() {
    cassandra = TestCassandra.own();
    storage =
        CassandraStorage.connect(
            CassandraConfig.forOneMachine(cassandra.contactPoint(), "outage"),
            StorageLayout.forOneMachine(),
            metrics);
  }

  @AfterAll
  void stop() {
    storage.close();
    cassandra.kill();
  }

  private CompletableFuture<Void> append(LaneKey lane, long seq) {
    return storage
        .journal()
        .append(lane, seq, TIMESTAMP + seq, ByteBuffer.allocate(8).putLong(seq).flip())
        .toCompletableFuture();
  }

  /** The failure of a stage, as the ports promise it. */
  private static Throwable failure(CompletableFuture<?> stage) {
    return assertThatThrownBy(() -> stage.get(15, TimeUnit.SECONDS)).cause().actual();
  }

  @Test
  void a_kill_fails_calls_with_what_is_known_and_everything_goes_on_after_a_restart()
      throws Exception {
    LaneKey lane = new LaneKey(new IncarnationId(1, 1), 0);
    Set<Long> written = new TreeSet<>();
    Map<Long, Throwable> failed = new TreeMap<>();
    List<CompletableFuture<Void>> inFlight = new ArrayList<>();
    long seq = 0;
    while (failed.isEmpty() && seq < JournalStore.SLICE_BLOCKS - 32) {
      for (int i = 0; i < 16; i++) {
        inFlight.add(append(lane, seq + i));
      }
      if (seq == 320) {
        cassandra.kill();
      }
      for (CompletableFuture<Void> append : inFlight) {
        try {
          append.get(15, TimeUnit.SECONDS);
          written.add(seq);
        } catch (ExecutionException e) {
          failed.put(seq, e.getCause());
        }
        seq++;
      }
      inFlight.clear();
    }
    assertThat(written).hasSizeGreaterThanOrEqualTo(320);
    assertThat(failed).isNotEmpty();
    assertThat(failed.values())
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOfAny(
                        StorageException.UnknownOutcome.class, StorageException.Unavailable.class));

    // While it is away: definitely not executed, at once, whatever is asked.
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(failure(append(lane, 0)))
                    .isInstanceOf(StorageException.Unavailable.class));
    long start = System.nanoTime();
    List<CompletableFuture<?>> calls =
        List.of(
            append(lane, 0),
            storage.journal().read(lane, 0, 0).toCompletableFuture(),
            storage.incarnations().list().toCompletableFuture(),
            storage.views().read().toCompletableFuture(),
            storage.mailboxes().read(new UserId(1, 1), 0, 0, 1, 10).toCompletableFuture(),
            storage.accounts().devices(new UserId(1, 1)).toCompletableFuture(),
            storage
                .accounts()
                .claimHandle("h", new UserId(1, 1), SecretHash.of(new byte[1]))
                .toCompletableFuture());
    assertThat(calls)
        .allSatisfy(
            call -> assertThat(failure(call)).isInstanceOf(StorageException.Unavailable.class));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));

    cassandra = TestCassandra.again(cassandra);
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !append(lane, 0).handle((done, failure) -> failure != null).get());
    for (long again : failed.keySet()) {
      append(lane, again).get(15, TimeUnit.SECONDS);
    }
    List<Long> expected = new ArrayList<>(written);
    expected.addAll(failed.keySet());
    assertThat(storage.journal().read(lane, 0, 0).toCompletableFuture().get(15, TimeUnit.SECONDS))
        .extracting(StoredBlock::seq)
        .containsExactlyElementsOf(expected.stream().sorted().toList());
    assertThat(metrics.get("breakwater.storage.in.flight").gauges())
        .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
  }

  @Test
  void a_frozen_node_leaves_outcomes_unknown_and_no_more_than_the_limit_in_flight()
      throws Exception {
    LaneKey lane = new LaneKey(new IncarnationId(2, 2), 0);
    append(lane, 0).get(15, TimeUnit.SECONDS);
    Counter unknown =
        metrics
            .get("breakwater.storage.failures")
            .tags("kind", Kind.JOURNAL.tag, "why", "unknown")
            .counter();
    double unknownBefore = unknown.count();
    signal("STOP");
    // The signal is sent; that every thread has stopped is another matter.
    await().atMost(Duration.ofSeconds(10)).until(this::isStopped);
    try {
      List<CompletableFuture<Void>> appends = new ArrayList<>();
      for (long seq = 1; seq <= Kind.JOURNAL.limit; seq++) {
        appends.add(append(lane, seq));
      }
      CompletableFuture<Void> beyond = append(lane, 1000);
      List<CompletableFuture<?>> reads = new ArrayList<>();
      for (int i = 0; i < Kind.ACCOUNT.limit + 100; i++) {
        reads.add(storage.accounts().devices(new UserId(i, i)).toCompletableFuture());
      }
      assertThat(
              metrics
                  .get("breakwater.storage.waiting")
                  .tag("kind", Kind.ACCOUNT.tag)
                  .gauge()
                  .value())
          .isEqualTo(100);
      assertThat(beyond).isCompletedExceptionally();
      assertThat(failure(beyond))
          .isInstanceOf(StorageException.Unavailable.class)
          .hasMessageContaining(Kind.JOURNAL.limit + " in flight");
      assertThat(
              metrics
                  .get("breakwater.storage.in.flight")
                  .tag("kind", Kind.JOURNAL.tag)
                  .gauge()
                  .value())
          .isEqualTo(Kind.JOURNAL.limit);
      for (CompletableFuture<Void> append : appends) {
        assertThat(failure(append)).isInstanceOf(StorageException.UnknownOutcome.class);
      }
      for (CompletableFuture<?> read : reads.subList(0, Kind.ACCOUNT.limit)) {
        assertThat(failure(read)).isInstanceOf(StorageException.UnknownOutcome.class);
      }
      for (CompletableFuture<?> read : reads.subList(Kind.ACCOUNT.limit, reads.size())) {
        assertThat(failure(read)).isInstanceOf(StorageException.Unavailable.class);
      }
    } finally {
      signal("CONT");
    }
    assertThat(unknown.count() - unknownBefore).isEqualTo(Kind.JOURNAL.limit);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> !append(lane, 1).handle((done, failure) -> failure != null).get());
  }

  private boolean isStopped() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + cassandra.pid() + "/task"))) {
      for (Path thread : threads.toList()) {
        // The state follows the name, which is in parentheses.
        String stat = Files.readString(thread.resolve("stat"));
        if (!stat.substring(stat.lastIndexOf(')')).startsWith(") T")) {
          return false;
        }
      }
      return true;
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(cassandra.pid())).start().waitFor();
    assertThat(status).isZero();
  }
}
