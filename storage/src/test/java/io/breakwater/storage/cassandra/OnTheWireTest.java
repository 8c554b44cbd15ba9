package io.breakwater.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.ExecutionInfo;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.storage.AccountStore;
import io.breakwater.storage.AccountStore.Claim;
import io.breakwater.storage.AccountStore.Device;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore.Change;
import io.breakwater.storage.ViewStore.View;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is sent, and what becomes of an answer that is lost: on a real session. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnTheWireTest {
  private static final long NOW = 1_765_000_000_000L;
  private static final StorageLayout LAYOUT = StorageLayout.forOneMachine();
  private static final UserId ANNA = new UserId(1, 1);
  private static final UserId BOB = new UserId(2, 2);

  private CqlSession real;

  @BeforeAll
  void connect() {
    CassandraConfig config =
        CassandraConfig.forOneMachine(TestCassandra.shared().contactPoint(), "wire");
    CassandraStorage.connect(config, LAYOUT, new SimpleMeterRegistry()).close();
    real = new Sessions(config).open();
  }

  @AfterAll
  void disconnect() {
    real.close();
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private Requests requests(InterceptedSession.Wire wire) {
    return new Requests(InterceptedSession.of(real, wire), new SimpleMeterRegistry());
  }

  private Statements statements() {
    return new Statements(real);
  }

  private static boolean isConditional(Statement<?> statement) {
    return ConsistencyLevel.LOCAL_QUORUM.equals(statement.getConsistencyLevel());
  }

  /** Answers of conditional writes are lost; serial reads are not. */
  private static CompletionStage<AsyncResultSet> loseAnswers(
      Statement<?> statement, Function<Statement<?>, CompletionStage<AsyncResultSet>> wire) {
    return isConditional(statement)
        ? wire.apply(statement).thenCompose(answer -> lost())
        : wire.apply(statement);
  }

  /** Conditional writes never arrive; serial reads do. */
  private static CompletionStage<AsyncResultSet> loseRequests(
      Statement<?> statement, Function<Statement<?>, CompletionStage<AsyncResultSet>> wire) {
    return isConditional(statement) ? lost() : wire.apply(statement);
  }

  private static CompletionStage<AsyncResultSet> lost() {
    return CompletableFuture.failedStage(new DriverTimeoutException("lost"));
  }

  // Conditional writes

  @Test
  void a_claim_whose_answer_was_lost_is_resolved_by_a_serial_read() {
    AccountStore accounts =
        new CassandraAccounts(requests(OnTheWireTest::loseAnswers), statements());
    SecretHash signUp = SecretHash.of(new byte[] {1});
    assertThat(await(accounts.claimHandle("lost-answer", ANNA, signUp)))
        .isEqualTo(new Claim.Claimed());
    assertThat(await(accounts.claimHandle("lost-answer", BOB, signUp)))
        .isEqualTo(new Claim.Taken());
  }

  @Test
  void a_claim_that_never_arrived_has_an_unknown_outcome() {
    AccountStore accounts =
        new CassandraAccounts(requests(OnTheWireTest::loseRequests), statements());
    CompletableFuture<Claim> claim =
        accounts
            .claimHandle("lost-request", ANNA, SecretHash.of(new byte[] {1}))
            .toCompletableFuture();
    assertThatThrownBy(() -> await(claim))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(StorageException.UnknownOutcome.class);
  }

  @Test
  void a_view_whose_answer_was_lost_is_resolved_by_a_serial_read() {
    CassandraViews views = new CassandraViews(requests(OnTheWireTest::loseAnswers), statements());
    CassandraViews deaf = new CassandraViews(requests(OnTheWireTest::loseRequests), statements());
    View first = new View(1, List.of(new IncarnationId(1, 1)), List.of(), 5);
    View second = new View(2, List.of(new IncarnationId(2, 2)), List.of(), 5);
    View rival = new View(2, List.of(new IncarnationId(3, 3)), List.of(), 5);
    assertThatThrownBy(() -> await(deaf.change(first)))
        .hasCauseInstanceOf(StorageException.UnknownOutcome.class);
    assertThat(await(views.change(first))).isEqualTo(new Change.Decided(first));
    assertThatThrownBy(() -> await(deaf.change(second)))
        .hasCauseInstanceOf(StorageException.UnknownOutcome.class);
    assertThat(await(views.change(second))).isEqualTo(new Change.Decided(second));
    assertThat(await(views.change(rival))).isEqualTo(new Change.Superseded(second));
    assertThat(await(deaf.change(rival))).isEqualTo(new Change.Superseded(second));
  }

  // Mutations

  /** Mutations that Cassandra appended to its commit log for what a test sent. */
  private static final class Traces {
    private static final String MUTATION = "Appending to commitlog";

    private final List<ExecutionInfo> executions = new ArrayList<>();

    CompletionStage<AsyncResultSet> send(
        Statement<?> statement, Function<Statement<?>, CompletionStage<AsyncResultSet>> wire) {
      return wire.apply(statement.setTracing(true))
          .thenApply(
              answer -> {
                executions.add(answer.getExecutionInfo());
                return answer;
              });
    }

    /** Everything that Cassandra did; it writes its traces down after it has answered. */
    List<String> events() {
      return Awaitility.await()
          .ignoreExceptions()
          .until(this::recorded, events -> events.contains(MUTATION));
    }

    private List<String> recorded() {
      return executions.stream()
          .flatMap(execution -> execution.getQueryTrace().getEvents().stream())
          .map(event -> String.valueOf(event.getActivity()))
          .toList();
    }

    long mutations() {
      return events().stream().filter(event -> event.equals(MUTATION)).count();
    }
  }

  private static HistoryRow message(UserId sender, UserId to, int clientId) {
    return new HistoryRow(
        MessageId.next(MessageId.NONE, NOW, clientId),
        new Origin(sender, new DeviceId(1), ConversationId.direct(sender, to), clientId),
        NOW,
        ByteBuffer.wrap(new byte[200]));
  }

  @Test
  void a_settle_batch_over_messages_and_origins_of_many_users_is_one_mutation() {
    Traces traces = new Traces();
    CassandraHistory history =
        new CassandraHistory(requests(traces::send), statements(), LAYOUT, Duration.ofDays(30));
    List<HistoryRow> rows =
        IntStream.range(0, 1000)
            .mapToObj(i -> message(new UserId(9, i), new UserId(8, i), 1))
            .filter(row -> LAYOUT.shardOf(row.origin().conversation()) == 3)
            .limit(30)
            .toList();
    assertThat(rows).hasSize(30);
    await(history.write(rows));
    assertThat(traces.mutations()).isEqualTo(1);
    assertThat(traces.events())
        .anyMatch(event -> event.contains("messages memtable"))
        .anyMatch(event -> event.contains("origins memtable"));
  }

  @Test
  void a_settle_batch_of_mailbox_rows_of_many_users_is_one_mutation() {
    Traces traces = new Traces();
    CassandraMailboxes mailboxes =
        new CassandraMailboxes(requests(traces::send), statements(), LAYOUT);
    List<MailboxRow> rows =
        IntStream.range(0, 1000)
            .mapToObj(i -> new MailboxRow(new UserId(7, i), 1, NOW, ByteBuffer.wrap(new byte[9])))
            .filter(row -> LAYOUT.shardOf(row.user()) == 5)
            .limit(30)
            .toList();
    assertThat(rows).hasSize(30);
    await(mailboxes.write(rows));
    assertThat(traces.mutations()).isEqualTo(1);
  }

  @Test
  void an_account_and_its_first_device_are_one_mutation() {
    Traces traces = new Traces();
    CassandraAccounts accounts = new CassandraAccounts(requests(traces::send), statements());
    Device device = new Device(new DeviceId(1), SecretHash.of(new byte[] {1}), 0, false);
    await(accounts.createAccount(ANNA, device, NOW));
    assertThat(traces.mutations()).isEqualTo(1);
    assertThat(traces.events())
        .anyMatch(event -> event.contains("accounts memtable"))
        .anyMatch(event -> event.contains("devices memtable"));
  }

  @Test
  void rows_of_the_largest_size_are_written_in_several_mutations() {
    Traces traces = new Traces();
    CassandraMailboxes mailboxes =
        new CassandraMailboxes(requests(traces::send), statements(), LAYOUT);
    List<MailboxRow> rows =
        IntStream.rangeClosed(1, 400)
            .mapToObj(i -> new MailboxRow(BOB, i, NOW, ByteBuffer.wrap(new byte[64 << 10])))
            .toList();
    await(mailboxes.write(rows));
    assertThat(traces.executions).hasSize(50);
    List<Long> read = new ArrayList<>();
    long cursor = 0;
    while (cursor != Long.MAX_VALUE) {
      var page = await(mailboxes.read(BOB, cursor, NOW, NOW, 100));
      assertThat(page.rows()).as("bounded by bytes").hasSizeLessThanOrEqualTo(16);
      page.rows().forEach(row -> read.add(row.entryId()));
      cursor = page.coveredTo();
    }
    assertThat(read).hasSize(400).isSorted().doesNotHaveDuplicates();
  }

  // Expiry

  @Test
  void a_recovered_incarnation_expires_within_a_day_with_all_its_columns() {
    CassandraIncarnations incarnations =
        new CassandraIncarnations(
            requests((statement, wire) -> wire.apply(statement)), statements());
    IncarnationId incarnation = new IncarnationId(5, 5);
    await(incarnations.register(incarnation, "a:1", 2, 1L << 50));
    await(incarnations.checkpoint(incarnation, Map.of(0, 3L, 1, 4L)));
    await(incarnations.release(incarnation, 1));
    await(incarnations.seal(incarnation));
    await(incarnations.markRecovered(incarnation));
    // A stalled owner writes on; nothing of it may stay for ever.
    await(incarnations.checkpoint(incarnation, Map.of(0, 9L, 2, 1L)));
    await(incarnations.raiseCeiling(incarnation, 1L << 51));
    var row =
        real.execute(
                "SELECT TTL(address) AS address, TTL(lanes) AS lanes, TTL(id_ceiling) AS ceiling,"
                    + " TTL(sealed) AS sealed, TTL(recovered) AS recovered, TTL(checkpoints) AS cp,"
                    + " checkpoints FROM incarnations WHERE cluster = 'main' AND incarnation ="
                    + " 0x00000000000000050000000000000005")
            .all()
            .getFirst();
    for (String column : List.of("address", "lanes", "ceiling", "sealed", "recovered")) {
      assertThat(row.getInt(column)).as(column).isBetween(86_000, 86_400);
    }
    assertThat(row.getMap("checkpoints", Integer.class, Long.class))
        .isEqualTo(Map.of(0, 3L, 1, 4L));
    assertThat(row.getList("cp", Integer.class))
        .hasSize(2)
        .allSatisfy(ttl -> assertThat(ttl).isBetween(86_000, 86_400));
  }

  @Test
  void an_incarnation_that_never_joined_expires_within_an_hour() {
    CassandraIncarnations incarnations =
        new CassandraIncarnations(
            requests((statement, wire) -> wire.apply(statement)), statements());
    IncarnationId incarnation = new IncarnationId(11, 11);
    await(incarnations.register(incarnation, "a:1", 2, 1L << 50));
    await(incarnations.seal(incarnation));
    await(incarnations.markRecovered(incarnation));
    assertThat(ttl("SELECT TTL(address) AS ttl, incarnation FROM incarnations", "incarnation"))
        .isBetween(3_500, 3_600);
  }

  @Test
  void a_beat_is_forgotten_within_a_minute() {
    CassandraIncarnations incarnations =
        new CassandraIncarnations(
            requests((statement, wire) -> wire.apply(statement)), statements());
    await(incarnations.beat(new IncarnationId(11, 11), 1));
    assertThat(ttl("SELECT TTL(beat) AS ttl, incarnation FROM beats", "incarnation"))
        .isBetween(30, 60);
    assertThat(graceOf("beats")).isEqualTo(600);
  }

  @Test
  void a_crowded_registry_is_read_as_one_page_and_its_expired_rows_go_after_three_hours() {
    List<AsyncResultSet> pages = new ArrayList<>();
    CassandraIncarnations incarnations =
        new CassandraIncarnations(
            requests(
                (statement, wire) ->
                    wire.apply(statement)
                        .thenApply(
                            page -> {
                              pages.add(page);
                              return page;
                            })),
            statements());
    for (long number = 100; number < 400; number++) {
      await(incarnations.register(new IncarnationId(number, number), "a:1", 1, 1));
    }
    pages.clear();
    assertThat(await(incarnations.list())).hasSizeGreaterThanOrEqualTo(300);
    assertThat(pages).singleElement().returns(false, AsyncResultSet::hasMorePages);
    assertThat(graceOf("incarnations")).isEqualTo(10_800);
  }

  private int graceOf(String table) {
    return real.execute(
            "SELECT gc_grace_seconds FROM system_schema.tables"
                + " WHERE keyspace_name = 'wire' AND table_name = '"
                + table
                + "'")
        .all()
        .getFirst()
        .getInt(0);
  }

  @Test
  void what_is_written_expires_after_the_ttl_of_its_table() {
    CassandraMailboxes mailboxes =
        new CassandraMailboxes(
            requests((statement, wire) -> wire.apply(statement)), statements(), LAYOUT);
    UserId user = new UserId(11, 11);
    await(mailboxes.write(List.of(new MailboxRow(user, 1, NOW, ByteBuffer.wrap(new byte[1])))));
    await(
        new CassandraJournal(requests((statement, wire) -> wire.apply(statement)), statements())
            .append(
                new LaneKey(new IncarnationId(11, 11), 0),
                0,
                NOW * 1000,
                ByteBuffer.wrap(new byte[1])));
    int mailbox = ttl("SELECT TTL(entry) AS ttl, user_id FROM mailbox", "user_id");
    int journal = ttl("SELECT TTL(block) AS ttl, incarnation FROM journal", "incarnation");
    assertThat(mailbox).isBetween(30 * 86_400 - 600, 30 * 86_400);
    assertThat(journal).isBetween(31 * 86_400 - 600, 31 * 86_400);
  }

  private int ttl(String query, String key) {
    ByteBuffer id = ByteBuffer.wrap(new UserId(11, 11).bytes());
    return real.execute(query).all().stream()
        .filter(row -> id.equals(row.getByteBuffer(key)))
        .mapToInt(row -> row.getInt("ttl"))
        .findFirst()
        .orElseThrow();
  }
}
