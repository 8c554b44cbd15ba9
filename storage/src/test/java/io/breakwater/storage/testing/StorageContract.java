package io.breakwater.storage.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.storage.AccountStore.Claim;
import io.breakwater.storage.AccountStore.Device;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.JournalStore.StoredBlock;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.MailboxStore.Page;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore.Change;
import io.breakwater.storage.ViewStore.Earlier;
import io.breakwater.storage.ViewStore.View;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every {@link Storage} does. Tests share one storage and keep apart by fresh ids. */
public abstract class StorageContract {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long WEEK = Duration.ofDays(7).toMillis();

  /** At the start of a mailbox bucket and of a history bucket: late in the year 2025. */
  private static final long NOW = 2919 * WEEK;

  private static final long MICROS = 1000;
  private static final AtomicLong IDS = new AtomicLong(1L << 40);

  /** For the tests of this class only. */
  protected StorageContract() {}

  /** The storage under test, of the layout {@link #contractLayout}. */
  protected abstract Storage storage();

  /** The layout that the contract's times are made for. */
  protected static StorageLayout contractLayout() {
    return new StorageLayout(
        4, Duration.ofDays(7), Duration.ofDays(1), Duration.ofDays(30), Duration.ofDays(14));
  }

  /** Waits for a stage, ten seconds at most. */
  protected static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** Bytes of a text. */
  protected static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  /** The text of bytes. */
  protected static String text(ByteBuffer bytes) {
    return UTF_8.decode(bytes.duplicate()).toString();
  }

  /** A user that nobody else has. */
  protected static UserId newUser() {
    long id = IDS.incrementAndGet();
    return new UserId(id * 0x9e3779b97f4a7c15L, id);
  }

  /** A lane of an incarnation that nobody else has. */
  protected static LaneKey newLane() {
    return new LaneKey(newIncarnation(), 0);
  }

  /** An incarnation that nobody else has. */
  protected static IncarnationId newIncarnation() {
    return new IncarnationId(-1, IDS.incrementAndGet());
  }

  private static String newHandle() {
    return "handle" + IDS.incrementAndGet();
  }

  private static SecretHash secret(String text) {
    return SecretHash.of(text.getBytes(UTF_8));
  }

  // Journal

  private List<StoredBlock> blocks(LaneKey lane, long slice, long fromSeq) {
    return await(storage().journal().read(lane, slice, fromSeq));
  }

  private void append(LaneKey lane, long seq, String block) {
    await(storage().journal().append(lane, seq, NOW * MICROS, bytes(block)));
  }

  @Test
  void a_block_that_was_written_again_is_there_once() {
    LaneKey lane = newLane();
    append(lane, 0, "a");
    append(lane, 0, "a");
    assertThat(blocks(lane, 0, 0)).containsExactly(new StoredBlock(0, bytes("a")));
  }

  @Test
  void a_write_with_an_older_timestamp_changes_nothing() {
    LaneKey lane = newLane();
    JournalStore journal = storage().journal();
    await(journal.append(lane, 0, NOW * MICROS, bytes("newer")));
    await(journal.append(lane, 0, NOW * MICROS - 1, bytes("older")));
    assertThat(blocks(lane, 0, 0)).containsExactly(new StoredBlock(0, bytes("newer")));
  }

  @Test
  void blocks_are_read_in_order_though_written_out_of_order() {
    LaneKey lane = newLane();
    List<Long> seqs = List.of(2L, 0L, 300L, 1L);
    List<CompletionStage<Void>> writes = new ArrayList<>();
    for (long seq : seqs) {
      writes.add(storage().journal().append(lane, seq, NOW * MICROS + seq, bytes("block" + seq)));
    }
    writes.forEach(StorageContract::await);
    assertThat(blocks(lane, 0, 0)).extracting(StoredBlock::seq).containsExactly(0L, 1L, 2L, 300L);
    assertThat(blocks(lane, 0, 0))
        .extracting(block -> text(block.block()))
        .containsExactly("block0", "block1", "block2", "block300");
  }

  @Test
  void a_slice_is_read_from_a_block_on_and_holds_no_block_of_its_neighbours() {
    LaneKey lane = newLane();
    long border = JournalStore.SLICE_BLOCKS;
    for (long seq : List.of(border - 1, border, border + 1, 2 * border - 1, 2 * border)) {
      append(lane, seq, "b");
    }
    assertThat(blocks(lane, 1, 0))
        .extracting(StoredBlock::seq)
        .containsExactly(border, border + 1, 2 * border - 1);
    assertThat(blocks(lane, 1, border + 1))
        .extracting(StoredBlock::seq)
        .containsExactly(border + 1, 2 * border - 1);
    assertThat(blocks(lane, 7, 0)).isEmpty();
  }

  @Test
  void lanes_and_incarnations_do_not_see_each_other() {
    LaneKey lane = newLane();
    append(lane, 0, "mine");
    assertThat(blocks(new LaneKey(lane.incarnation(), 1), 0, 0)).isEmpty();
    assertThat(blocks(newLane(), 0, 0)).isEmpty();
  }

  @Test
  void a_slice_of_many_blocks_is_read_whole() {
    LaneKey lane = newLane();
    List<CompletionStage<Void>> writes = new ArrayList<>();
    for (long seq = 0; seq < 200; seq++) {
      writes.add(storage().journal().append(lane, seq, NOW * MICROS, bytes("b" + seq)));
    }
    writes.forEach(StorageContract::await);
    assertThat(blocks(lane, 0, 0))
        .extracting(StoredBlock::seq)
        .containsExactlyElementsOf(LongStream.range(0, 200).boxed().toList());
  }

  @Test
  void a_dropped_slice_stays_deleted_though_a_late_write_arrives() {
    LaneKey lane = newLane();
    append(lane, 5, "settled");
    append(lane, JournalStore.SLICE_BLOCKS, "next slice");
    await(storage().journal().dropSlice(lane, 0));
    assertThat(blocks(lane, 0, 0)).isEmpty();
    append(lane, 5, "settled");
    assertThat(blocks(lane, 0, 0)).isEmpty();
    assertThat(blocks(lane, 1, 0)).hasSize(1);
  }

  // Incarnations

  @Test
  void an_incarnation_is_read_as_it_was_registered() {
    IncarnationId incarnation = newIncarnation();
    await(storage().incarnations().register(incarnation, "127.0.0.1:7410", 4, 1000));
    Registration expected =
        new Registration(incarnation, "127.0.0.1:7410", 4, Map.of(), 1000, 0, false, false);
    assertThat(await(storage().incarnations().read(incarnation))).contains(expected);
    assertThat(await(storage().incarnations().list())).contains(expected);
  }

  @Test
  void a_row_without_an_address_is_ignored() {
    IncarnationId incarnation = newIncarnation();
    await(storage().incarnations().checkpoint(incarnation, Map.of(0, 7L)));
    await(storage().incarnations().raiseCeiling(incarnation, 9));
    await(storage().incarnations().seal(incarnation));
    assertThat(await(storage().incarnations().read(incarnation))).isEmpty();
    assertThat(await(storage().incarnations().list()))
        .extracting(Registration::incarnation)
        .doesNotContain(incarnation);
  }

  @Test
  void an_unknown_incarnation_is_absent() {
    assertThat(await(storage().incarnations().read(newIncarnation()))).isEmpty();
  }

  @Test
  void checkpoints_are_kept_per_lane_and_only_rise() {
    IncarnationId incarnation = newIncarnation();
    await(storage().incarnations().register(incarnation, "a:1", 3, 10));
    await(storage().incarnations().checkpoint(incarnation, Map.of(0, 5L, 2, 8L)));
    await(storage().incarnations().checkpoint(incarnation, Map.of(0, 4L, 1, 1L)));
    assertThat(registration(incarnation).checkpoints()).isEqualTo(Map.of(0, 5L, 1, 1L, 2, 8L));
  }

  @Test
  void a_ceiling_only_rises_in_whatever_order_writes_arrive() {
    IncarnationId incarnation = newIncarnation();
    await(storage().incarnations().register(incarnation, "a:1", 1, 10));
    await(storage().incarnations().raiseCeiling(incarnation, 30));
    await(storage().incarnations().raiseCeiling(incarnation, 20));
    await(storage().incarnations().register(incarnation, "a:1", 1, 10));
    assertThat(registration(incarnation).idCeiling()).isEqualTo(30);
  }

  @Test
  void seal_and_recovered_leave_what_the_owner_wrote() {
    IncarnationId incarnation = newIncarnation();
    await(storage().incarnations().register(incarnation, "a:1", 2, 10));
    await(storage().incarnations().checkpoint(incarnation, Map.of(1, 6L)));
    await(storage().incarnations().release(incarnation, 3));
    await(storage().incarnations().release(incarnation, 2));
    await(storage().incarnations().seal(incarnation));
    assertThat(registration(incarnation))
        .isEqualTo(new Registration(incarnation, "a:1", 2, Map.of(1, 6L), 10, 3, true, false));
    await(storage().incarnations().markRecovered(incarnation));
    await(storage().incarnations().markRecovered(incarnation));
    assertThat(registration(incarnation))
        .isEqualTo(new Registration(incarnation, "a:1", 2, Map.of(1, 6L), 10, 3, true, true));
  }

  @Test
  void a_beat_only_rises_in_whatever_order_beats_arrive() {
    IncarnationId incarnation = newIncarnation();
    IncarnationId other = newIncarnation();
    await(storage().incarnations().beat(incarnation, 1));
    await(storage().incarnations().beat(incarnation, 3));
    await(storage().incarnations().beat(incarnation, 2));
    await(storage().incarnations().beat(other, 7));
    assertThat(await(storage().incarnations().beats()))
        .containsEntry(incarnation, 3L)
        .containsEntry(other, 7L)
        .doesNotContainKey(newIncarnation());
  }

  @Test
  void a_beat_makes_no_row_of_the_registry() {
    IncarnationId incarnation = newIncarnation();
    await(storage().incarnations().beat(incarnation, 1));
    assertThat(await(storage().incarnations().read(incarnation))).isEmpty();
    assertThat(await(storage().incarnations().list()))
        .extracting(Registration::incarnation)
        .doesNotContain(incarnation);
  }

  @Test
  void a_beat_changes_nothing_of_a_row() {
    IncarnationId incarnation = newIncarnation();
    await(storage().incarnations().register(incarnation, "a:1", 2, 10));
    await(storage().incarnations().seal(incarnation));
    await(storage().incarnations().markRecovered(incarnation));
    await(storage().incarnations().beat(incarnation, 1L << 40));
    assertThat(registration(incarnation))
        .isEqualTo(new Registration(incarnation, "a:1", 2, Map.of(), 10, 0, true, true));
  }

  private Registration registration(IncarnationId incarnation) {
    return await(storage().incarnations().read(incarnation)).orElseThrow();
  }

  // View: one row, so one test that begins with whatever there is

  @Test
  void of_views_with_one_number_exactly_one_is_decided() {
    long before = await(storage().views().read()).map(View::number).orElse(0L);
    for (long number = before + 1; number <= before + 3; number++) {
      List<Earlier> earlier =
          List.of(
              new Earlier(2, List.of(newIncarnation())),
              new Earlier(10, List.of(newIncarnation(), newIncarnation())));
      View a = new View(number, List.of(newIncarnation(), newIncarnation()), earlier, number * 100);
      View b = new View(number, List.of(newIncarnation()), List.of(), number * 100);
      CompletableFuture<Change> changeA = storage().views().change(a).toCompletableFuture();
      CompletableFuture<Change> changeB = storage().views().change(b).toCompletableFuture();
      View winner =
          await(changeA) instanceof Change.Decided(View decided)
              ? decided
              : ((Change.Decided) await(changeB)).view();
      View loser = winner.equals(a) ? b : a;
      assertThat(List.of(await(changeA), await(changeB)))
          .containsExactlyInAnyOrder(new Change.Decided(winner), new Change.Superseded(winner));
      assertThat(await(storage().views().read())).contains(winner);
      assertThat(await(storage().views().change(winner)))
          .describedAs("the winner repeats its change")
          .isEqualTo(new Change.Decided(winner));
      assertThat(await(storage().views().change(loser)))
          .describedAs("the loser repeats its change")
          .isEqualTo(new Change.Superseded(winner));
    }
  }

  // Mailboxes

  private static MailboxRow row(UserId user, long entryId, long timeMs) {
    return new MailboxRow(user, entryId, timeMs, bytes("entry" + entryId));
  }

  private void write(MailboxRow... rows) {
    for (MailboxRow row : rows) {
      await(storage().mailboxes().write(List.of(row)));
    }
  }

  private Page page(UserId user, long after, long sinceMs, int limit) {
    return await(storage().mailboxes().read(user, after, sinceMs, NOW, limit));
  }

  @Test
  void a_page_holds_what_comes_after_the_cursor_in_entry_order() {
    UserId user = newUser();
    await(
        storage()
            .mailboxes()
            .write(List.of(row(user, 3, NOW), row(user, 1, NOW), row(user, 2, NOW))));
    assertThat(page(user, 1, 0, 10))
        .isEqualTo(new Page(List.of(row(user, 2, NOW), row(user, 3, NOW)), Long.MAX_VALUE));
  }

  @Test
  void a_row_that_was_written_twice_is_there_once() {
    UserId user = newUser();
    write(row(user, 1, NOW), row(user, 1, NOW));
    assertThat(page(user, 0, 0, 10).rows()).containsExactly(row(user, 1, NOW));
  }

  @Test
  void pages_follow_each_other_without_gaps_until_nothing_is_left() {
    UserId user = newUser();
    List<MailboxRow> rows =
        IntStream.rangeClosed(1, 150).mapToObj(id -> row(user, id, NOW)).toList();
    await(storage().mailboxes().write(rows));
    List<MailboxRow> read = new ArrayList<>();
    long cursor = 0;
    while (cursor != Long.MAX_VALUE) {
      Page page = page(user, cursor, 0, 40);
      assertThat(page.rows()).hasSizeLessThanOrEqualTo(40);
      assertThat(page.coveredTo()).isGreaterThan(cursor);
      read.addAll(page.rows());
      cursor = page.coveredTo();
    }
    assertThat(read).isEqualTo(rows);
  }

  @Test
  void a_page_over_a_bucket_border_is_in_entry_order_and_covers_what_it_says() {
    UserId user = newUser();
    // Late rows: the older bucket holds entry ids above and below those of the newer one.
    write(row(user, 10, NOW - 1), row(user, 40, NOW - 1), row(user, 50, NOW - 1));
    write(row(user, 20, NOW), row(user, 30, NOW), row(user, 60, NOW));
    List<Long> read = new ArrayList<>();
    long cursor = 0;
    while (cursor != Long.MAX_VALUE) {
      Page page = page(user, cursor, 0, 2);
      long covered = page.coveredTo();
      assertThat(page.rows())
          .extracting(MailboxRow::entryId)
          .isSorted()
          .allMatch(id -> id <= covered);
      page.rows().forEach(row -> read.add(row.entryId()));
      cursor = page.coveredTo();
    }
    assertThat(read).containsExactly(10L, 20L, 30L, 40L, 50L, 60L);
  }

  @Test
  void a_late_row_with_a_lower_entry_id_is_found_by_who_reads_from_below() {
    UserId user = newUser();
    write(row(user, 20, NOW));
    assertThat(page(user, 0, 0, 10).rows()).hasSize(1);
    write(row(user, 10, NOW));
    assertThat(page(user, 5, 0, 10).rows())
        .extracting(MailboxRow::entryId)
        .containsExactly(10L, 20L);
  }

  @Test
  void rows_of_the_wanted_time_are_found_though_the_clocks_differ_by_hours() {
    UserId user = newUser();
    write(row(user, 1, NOW - DAY / 2), row(user, 2, NOW + DAY / 2));
    assertThat(page(user, 0, NOW, 10).rows())
        .extracting(MailboxRow::entryId)
        .containsExactly(1L, 2L);
  }

  @Test
  void every_row_that_has_not_expired_is_found_without_a_time() {
    UserId user = newUser();
    write(row(user, 1, NOW - 29 * DAY), row(user, 2, NOW - 15 * DAY), row(user, 3, NOW));
    assertThat(page(user, 0, 0, 10).rows())
        .extracting(MailboxRow::entryId)
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void an_expired_row_is_not_shown() {
    UserId user = newUser();
    write(row(user, 1, NOW - 30 * DAY), row(user, 2, NOW - 30 * DAY + 1));
    assertThat(page(user, 0, 0, 10))
        .isEqualTo(new Page(List.of(row(user, 2, NOW - 30 * DAY + 1)), Long.MAX_VALUE));
  }

  @Test
  void users_of_one_partition_do_not_see_each_other() {
    UserId a = newUser();
    UserId b = newUser();
    StorageLayout layout = storage().layout();
    while (layout.shardOf(a) != layout.shardOf(b)) {
      b = newUser();
    }
    await(storage().mailboxes().write(List.of(row(a, 1, NOW), row(b, 2, NOW))));
    assertThat(page(a, 0, 0, 10).rows()).containsExactly(row(a, 1, NOW));
    assertThat(page(b, 0, 0, 10).rows()).containsExactly(row(b, 2, NOW));
  }

  @Test
  void rows_of_two_partitions_are_refused() {
    UserId user = newUser();
    assertThatThrownBy(
            () -> storage().mailboxes().write(List.of(row(user, 1, NOW), row(user, 2, NOW - WEEK))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: 1");
    assertThatThrownBy(() -> storage().mailboxes().write(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // History

  private static final DeviceId PHONE = new DeviceId(-7);
  private static final DeviceId LAPTOP = new DeviceId(7);

  private static MessageId message(long timeMs, long tail) {
    return MessageId.next(MessageId.NONE, timeMs, tail);
  }

  private static HistoryRow sent(
      UserId sender, DeviceId device, UserId to, long clientId, long timeMs, String body) {
    return new HistoryRow(
        message(timeMs, clientId),
        new Origin(sender, device, ConversationId.direct(sender, to), clientId),
        timeMs,
        bytes(body));
  }

  private Map<Long, MessageId> origins(
      UserId sender, DeviceId device, UserId to, long from, long sinceMs, int limit) {
    return await(
        storage()
            .history()
            .acceptedOrigins(
                ConversationId.direct(sender, to), sender, device, from, sinceMs, NOW, limit));
  }

  private void write(HistoryRow... rows) {
    for (HistoryRow row : rows) {
      await(storage().history().write(List.of(row)));
    }
  }

  @Test
  void origins_are_found_over_bucket_borders_with_their_message_ids() {
    UserId anna = newUser();
    UserId bob = newUser();
    HistoryRow yesterday = sent(anna, PHONE, bob, 1, NOW - 1, "a");
    HistoryRow today = sent(anna, PHONE, bob, 2, NOW, "b");
    HistoryRow ahead = sent(anna, PHONE, bob, 3, NOW + 1000, "c");
    write(yesterday, today, ahead);
    assertThat(origins(anna, PHONE, bob, 1, NOW - 1, 10))
        .isEqualTo(Map.of(1L, yesterday.message(), 2L, today.message(), 3L, ahead.message()));
    assertThat(origins(anna, PHONE, bob, 2, NOW - 1, 10)).containsOnlyKeys(2L, 3L);
  }

  @Test
  void the_lowest_client_ids_win_when_origins_are_limited() {
    UserId anna = newUser();
    UserId bob = newUser();
    for (long clientId = 1; clientId <= 6; clientId++) {
      // Alternating buckets, the later ids not all in the later one.
      write(sent(anna, PHONE, bob, clientId, NOW - clientId % 2, "m"));
    }
    assertThat(origins(anna, PHONE, bob, 2, NOW - 1, 3)).containsOnlyKeys(2L, 3L, 4L);
  }

  @Test
  void origins_of_other_devices_senders_and_conversations_are_not_shown() {
    UserId anna = newUser();
    UserId bob = newUser();
    UserId carl = newUser();
    write(
        sent(anna, PHONE, bob, 1, NOW, "a"),
        sent(anna, LAPTOP, bob, 2, NOW, "b"),
        sent(bob, PHONE, anna, 3, NOW, "c"),
        sent(anna, PHONE, carl, 4, NOW, "d"));
    assertThat(origins(anna, PHONE, bob, 0, NOW, 10)).containsOnlyKeys(1L);
    assertThat(origins(anna, LAPTOP, bob, 0, NOW, 10)).containsOnlyKeys(2L);
    assertThat(origins(bob, PHONE, anna, 0, NOW, 10)).containsOnlyKeys(3L);
  }

  @Test
  void an_origin_with_two_message_ids_shows_the_lower() {
    UserId anna = newUser();
    UserId bob = newUser();
    Origin origin = new Origin(anna, PHONE, ConversationId.direct(anna, bob), 1);
    MessageId lower = message(NOW - 5, 1);
    for (MessageId id : List.of(message(NOW, 2), lower, message(NOW - 2, 3))) {
      write(new HistoryRow(id, origin, NOW, bytes("m")));
    }
    write(new HistoryRow(message(NOW + 1, 4), origin, NOW - DAY, bytes("other bucket")));
    assertThat(origins(anna, PHONE, bob, 1, NOW - DAY, 10)).isEqualTo(Map.of(1L, lower));
  }

  @Test
  void without_a_body_only_the_origin_is_kept() {
    UserId anna = newUser();
    UserId bob = newUser();
    HistoryRow row = sent(anna, PHONE, bob, 1, NOW, "");
    write(row);
    assertThat(origins(anna, PHONE, bob, 1, NOW, 10)).isEqualTo(Map.of(1L, row.message()));
    assertThat(await(storage().history().newest(ConversationId.direct(anna, bob), NOW + DAY, 10)))
        .isEmpty();
  }

  @Test
  void messages_of_one_batch_are_read_newest_first() {
    UserId anna = newUser();
    UserId bob = newUser();
    HistoryRow first = sent(anna, PHONE, bob, 1, NOW, "first");
    HistoryRow second = sent(bob, LAPTOP, anna, 1, NOW + 1, "second");
    await(storage().history().write(List.of(first, second)));
    await(storage().history().write(List.of(first, second)));
    ConversationId conversation = ConversationId.direct(anna, bob);
    assertThat(await(storage().history().newest(conversation, NOW, 10)))
        .containsExactly(second, first);
    assertThat(await(storage().history().newest(conversation, NOW, 1))).containsExactly(second);
    assertThat(await(storage().history().newest(conversation, NOW - 1, 10))).isEmpty();
  }

  @Test
  void messages_of_a_quiet_conversation_are_found_days_back() {
    UserId anna = newUser();
    UserId bob = newUser();
    HistoryRow longAgo = sent(anna, PHONE, bob, 1, NOW - 20 * DAY, "long ago");
    HistoryRow older = sent(anna, PHONE, bob, 2, NOW - 5 * DAY, "older");
    HistoryRow today = sent(anna, PHONE, bob, 3, NOW, "today");
    write(longAgo, older, today);
    ConversationId conversation = ConversationId.direct(anna, bob);
    assertThat(await(storage().history().newest(conversation, NOW, 10)))
        .containsExactly(today, older, longAgo);
    assertThat(await(storage().history().newest(conversation, NOW, 2)))
        .containsExactly(today, older);
  }

  @Test
  void messages_of_two_partitions_are_refused() {
    UserId anna = newUser();
    UserId bob = newUser();
    List<HistoryRow> rows =
        List.of(sent(anna, PHONE, bob, 1, NOW, "a"), sent(anna, PHONE, bob, 2, NOW - DAY, "b"));
    assertThatThrownBy(() -> storage().history().write(rows))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Accounts

  @Test
  void of_users_who_claim_one_handle_at_once_exactly_one_has_it() {
    String handle = newHandle();
    List<UserId> users = IntStream.range(0, 6).mapToObj(i -> newUser()).toList();
    List<CompletableFuture<Claim>> claims =
        users.stream()
            .map(
                user ->
                    storage()
                        .accounts()
                        .claimHandle(handle, user, secret("s" + user))
                        .toCompletableFuture())
            .toList();
    List<UserId> owners =
        IntStream.range(0, 6)
            .filter(i -> await(claims.get(i)) instanceof Claim.Claimed)
            .mapToObj(users::get)
            .toList();
    assertThat(owners).hasSize(1);
    assertThat(await(storage().accounts().findHandle(handle)))
        .isEqualTo(owners.stream().findFirst());
  }

  @Test
  void a_claim_may_be_repeated_by_its_owner_only() {
    String handle = newHandle();
    UserId user = newUser();
    assertThat(await(storage().accounts().claimHandle(handle, user, secret("s"))))
        .isEqualTo(new Claim.Claimed());
    assertThat(await(storage().accounts().claimHandle(handle, user, secret("s"))))
        .isEqualTo(new Claim.Claimed());
    assertThat(await(storage().accounts().claimHandle(handle, user, secret("another sign-up"))))
        .isEqualTo(new Claim.Taken());
    assertThat(await(storage().accounts().claimHandle(handle, newUser(), secret("s"))))
        .isEqualTo(new Claim.Taken());
  }

  @Test
  void nobody_has_an_unclaimed_handle() {
    assertThat(await(storage().accounts().findHandle(newHandle()))).isEmpty();
  }

  @Test
  void an_account_has_its_first_device_and_those_that_were_linked() {
    UserId user = newUser();
    Device phone = new Device(PHONE, secret("phone"), 0, false);
    Device laptop = new Device(LAPTOP, secret("laptop"), 500, false);
    assertThat(await(storage().accounts().devices(user))).isEmpty();
    await(storage().accounts().createAccount(user, phone, NOW));
    await(storage().accounts().createAccount(user, phone, NOW + 5));
    await(storage().accounts().addDevice(user, laptop, NOW + 10));
    assertThat(await(storage().accounts().devices(user))).containsExactly(phone, laptop);
  }

  @Test
  void a_revoked_device_stays_revoked_though_it_is_added_again() {
    UserId user = newUser();
    Device phone = new Device(PHONE, secret("phone"), 0, false);
    Device laptop = new Device(LAPTOP, secret("laptop"), 500, false);
    await(storage().accounts().createAccount(user, phone, NOW));
    await(storage().accounts().addDevice(user, laptop, NOW));
    await(storage().accounts().revokeDevice(user, LAPTOP));
    await(storage().accounts().revokeDevice(user, LAPTOP));
    await(storage().accounts().addDevice(user, laptop, NOW + DAY));
    assertThat(await(storage().accounts().devices(user)))
        .containsExactly(phone, new Device(LAPTOP, secret("laptop"), 500, true));
  }

  @Test
  void a_device_that_was_revoked_before_it_was_added_is_revoked() {
    UserId user = newUser();
    await(storage().accounts().revokeDevice(user, PHONE));
    assertThat(await(storage().accounts().devices(user))).isEmpty();
    await(storage().accounts().addDevice(user, new Device(PHONE, secret("p"), 0, false), NOW));
    assertThat(await(storage().accounts().devices(user)))
        .containsExactly(new Device(PHONE, secret("p"), 0, true));
  }
}
