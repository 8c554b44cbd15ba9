package io.breakwater.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.cli.cassandra.EmbeddedCassandra;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageLayout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Several processes, each with another node of one cluster. Linux has the addresses untold. */
@Timeout(300)
@EnabledOnOs(OS.LINUX)
final class ConcurrentStartTest {
  private static final int ROUNDS = 3;
  private static final int PROCESSES = 6;

  /**
   * The interleaving: one makes a table at its node, another is told by the second node that the
   * table is there, and asks the third node, which does not know it yet.
   */
  @Test
  void processes_that_start_at_once_in_an_empty_cluster_agree_on_the_schema() throws Exception {
    List<EmbeddedCassandra> ring = TestCassandra.ring(3);
    try (ExecutorService threads = Executors.newFixedThreadPool(PROCESSES)) {
      List<InetSocketAddress> nodes = ring.stream().map(EmbeddedCassandra::contactPoint).toList();
      for (int round = 0; round < ROUNDS; round++) {
        String keyspace = "round" + round;
        List<Future<Boolean>> starts = new ArrayList<>();
        for (int process = 0; process < PROCESSES; process++) {
          InetSocketAddress node = nodes.get(process % nodes.size());
          starts.add(threads.submit(() -> isEmptyCluster(node, keyspace)));
        }
        for (Future<Boolean> start : starts) {
          assertThat(start.get()).isTrue();
        }
      }
    } finally {
      ring.forEach(EmbeddedCassandra::kill);
    }
  }

  /** Asks again as a process does, unless it is told that it can never succeed. */
  private static boolean isEmptyCluster(InetSocketAddress node, String keyspace) throws Exception {
    CassandraConfig config =
        new CassandraConfig(
            List.of(node), "datacenter1", 3, keyspace, Duration.ofSeconds(5), Duration.ofDays(30));
    while (true) {
      try (CassandraStorage storage =
          CassandraStorage.connect(
              config, StorageLayout.forOneMachine(), new SimpleMeterRegistry())) {
        return storage.views().peek().toCompletableFuture().join().isEmpty();
      } catch (CompletionException e) {
        assertThat(e.getCause()).isNotInstanceOf(StorageException.Broken.class);
      } catch (StorageException.Unavailable | StorageException.UnknownOutcome e) {
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
      }
    }
  }
}
