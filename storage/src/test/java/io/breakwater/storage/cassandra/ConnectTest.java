package io.breakwater.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageLayout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConnectTest {
  private static final String KEYSPACE = "connect";

  @BeforeAll
  void create() {
    connect(KEYSPACE, StorageLayout.forOneMachine()).close();
  }

  private static CassandraConfig config(String keyspace) {
    return CassandraConfig.forOneMachine(TestCassandra.shared().contactPoint(), keyspace);
  }

  private static CassandraStorage connect(String keyspace, StorageLayout layout) {
    return CassandraStorage.connect(config(keyspace), layout, new SimpleMeterRegistry());
  }

  @Test
  void nodes_that_start_at_once_create_one_schema() {
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<CompletableFuture<CassandraStorage>> nodes =
          IntStream.range(0, 3)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> connect("at_once", StorageLayout.forOneMachine()), threads))
              .toList();
      List<CassandraStorage> storages = nodes.stream().map(CompletableFuture::join).toList();
      LaneKey lane = new LaneKey(new IncarnationId(1, 1), 0);
      for (int i = 0; i < 3; i++) {
        storages
            .get(i)
            .journal()
            .append(lane, i, 1, ByteBuffer.wrap(new byte[] {1}))
            .toCompletableFuture()
            .orTimeout(10, TimeUnit.SECONDS)
            .join();
      }
      assertThat(
              storages
                  .getFirst()
                  .journal()
                  .read(lane, 0, 0)
                  .toCompletableFuture()
                  .orTimeout(10, TimeUnit.SECONDS)
                  .join())
          .hasSize(3);
      storages.forEach(CassandraStorage::close);
    }
  }

  @Test
  void the_layout_is_fixed_when_the_keyspace_is_created() {
    StorageLayout created =
        new StorageLayout(
            8, Duration.ofDays(2), Duration.ofHours(6), Duration.ofDays(9), Duration.ofDays(3));
    connect("layout", created).close();
    StorageLayout changed =
        new StorageLayout(
            32, Duration.ofDays(7), Duration.ofDays(1), Duration.ofDays(20), Duration.ofDays(4));
    try (CassandraStorage storage = connect("layout", changed)) {
      assertThat(storage.layout())
          .isEqualTo(
              new StorageLayout(
                  8,
                  Duration.ofDays(2),
                  Duration.ofHours(6),
                  Duration.ofDays(20),
                  Duration.ofDays(4)));
    }
  }

  @Test
  void a_migration_that_was_changed_after_it_was_applied_is_refused() {
    try (CqlSession session = new Sessions(config(KEYSPACE)).open()) {
      session.execute("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1");
    }
    assertThatThrownBy(() -> connect(KEYSPACE, StorageLayout.forOneMachine()))
        .isInstanceOf(StorageException.Broken.class)
        .hasMessageContaining("V001__first_light.cql")
        .hasMessageContaining("expected");
    try (CqlSession session = new Sessions(config(KEYSPACE)).open()) {
      session.execute("DELETE FROM schema_migrations WHERE version = 1");
    }
  }

  @Test
  void a_migration_that_stopped_half_way_is_finished_at_the_next_start() {
    try (CqlSession session = new Sessions(config(KEYSPACE)).open()) {
      session.execute("DELETE FROM schema_migrations WHERE version = 1");
      session.execute(Schema.explicit(SimpleStatement.newInstance("DROP TABLE handles")));
    }
    try (CassandraStorage storage = connect(KEYSPACE, StorageLayout.forOneMachine())) {
      assertThat(
              storage
                  .accounts()
                  .findHandle("nobody")
                  .toCompletableFuture()
                  .orTimeout(10, TimeUnit.SECONDS)
                  .join())
          .isEmpty();
    }
  }

  @Test
  void a_keyspace_of_a_newer_release_is_used_as_it_is() {
    try (CqlSession session = new Sessions(config(KEYSPACE)).open()) {
      session.execute("INSERT INTO schema_migrations (version, name) VALUES (999, 'V999')");
    }
    connect(KEYSPACE, StorageLayout.forOneMachine()).close();
  }

  @Test
  void the_tests_and_one_machine_sync_the_commit_log_before_the_answer() {
    try (CassandraStorage storage = connect(KEYSPACE, StorageLayout.forOneMachine())) {
      DurabilitySetting setting =
          storage.durability().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
      assertThat(setting)
          .isEqualTo(new DurabilitySetting(DurabilitySetting.Sync.GROUP, Duration.ofMillis(2)));
      assertThat(setting.lossWindow()).isZero();
    }
  }

  @Test
  void connecting_to_nothing_is_unavailable_and_says_where() throws IOException {
    InetAddress here = InetAddress.ofLiteral("127.0.0.1");
    int port;
    try (ServerSocket closedAgain = new ServerSocket(0, 1, here)) {
      port = closedAgain.getLocalPort();
    }
    CassandraConfig nobody =
        CassandraConfig.forOneMachine(new InetSocketAddress(here, port), KEYSPACE);
    assertThatThrownBy(
            () ->
                CassandraStorage.connect(
                    nobody, StorageLayout.forOneMachine(), new SimpleMeterRegistry()))
        .isInstanceOf(StorageException.Unavailable.class)
        .hasMessageContaining("127.0.0.1:" + port);
  }

  @Test
  void another_datacenter_is_not_waited_for() {
    CassandraConfig right = config(KEYSPACE);
    CassandraConfig elsewhere =
        new CassandraConfig(
            right.contactPoints(),
            "elsewhere",
            right.replication(),
            right.keyspace(),
            right.requestTimeout(),
            right.historyRetention());
    assertThatThrownBy(
            () ->
                CassandraStorage.connect(
                    elsewhere, StorageLayout.forOneMachine(), new SimpleMeterRegistry()))
        .isInstanceOf(StorageException.Broken.class)
        .hasMessage("Cassandra datacenter: elsewhere (expected: one of [datacenter1])");
  }

  @Test
  void calls_after_close_are_unavailable() {
    CassandraStorage storage = connect(KEYSPACE, StorageLayout.forOneMachine());
    storage.close();
    CompletableFuture<?> read =
        storage.views().read().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS);
    assertThatThrownBy(read::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(StorageException.Unavailable.class);
  }
}
