package io.breakwater.delivery.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.journal.Kind;
import io.breakwater.proto.journal.Record;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EstateTest {
  private static final UserId ALICE = new UserId(0, 1);
  private static final UserId BOB = new UserId(0, 2);

  private static Record record(UserId user, long entryId) {
    return Record.newBuilder()
        .setUser(ByteString.copyFrom(user.bytes()))
        .setEntry(Entry.newBuilder().setEntryId(entryId).build().toByteString())
        .build();
  }

  private static List<Long> ids(List<Record> records) {
    return records.stream().map(EstateTest::id).toList();
  }

  private static long id(Record record) {
    try {
      return Entry.parseFrom(record.getEntry()).getEntryId();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void every_lane_gets_the_entries_of_its_users_in_entry_order() {
    var parts =
        Estate.divide(
                List.of(record(ALICE, 9), record(BOB, 4), record(ALICE, 3), record(BOB, 8)),
                user -> user.equals(ALICE) ? 0 : 1)
            .parts();

    assertThat(ids(parts.getOrDefault(0, List.of()))).containsExactly(3L, 9L);
    assertThat(ids(parts.getOrDefault(1, List.of()))).containsExactly(4L, 8L);
  }

  @Test
  void an_entry_that_was_journaled_twice_comes_once() {
    var parts =
        Estate.divide(
                List.of(record(ALICE, 3), record(ALICE, 5), record(ALICE, 3), record(ALICE, 3)),
                _ -> 0)
            .parts();

    assertThat(ids(parts.getOrDefault(0, List.of()))).containsExactly(3L, 5L);
  }

  @Test
  void entries_of_two_mailboxes_may_have_one_id_and_both_come() {
    var parts =
        Estate.divide(
                List.of(record(ALICE, 3), record(BOB, 3), record(ALICE, 3), record(BOB, 3)), _ -> 0)
            .parts();

    assertThat(parts.getOrDefault(0, List.of()).stream().distinct()).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("damaged")
  void a_record_that_no_lane_could_take_over_is_left_out_and_counted(Record damaged) {
    Estate estate = Estate.divide(List.of(record(ALICE, 1), damaged, record(ALICE, 2)), _ -> 0);

    assertThat(ids(estate.parts().getOrDefault(0, List.of()))).containsExactly(1L, 2L);
    assertThat(estate.unreadable()).isEqualTo(1);
  }

  static List<Record> damaged() {
    Record good = record(ALICE, 3);
    Entry entry = Entry.newBuilder().setEntryId(3).build();
    Message noIds = Message.newBuilder().setClientId(1).build();
    return List.of(
        good.toBuilder().setEntry(ByteString.copyFromUtf8("\7x")).build(),
        good.toBuilder().clearUser().build(),
        good.toBuilder().setKind(Kind.DIRECT).build(),
        good.toBuilder().setKindValue(99).build(),
        with(entry.toBuilder().setEntryId(0)),
        with(entry.toBuilder().setTimeMs(-1)),
        with(entry.toBuilder().setTimeMs(Long.MAX_VALUE)),
        with(entry.toBuilder().setMessage(noIds)));
  }

  private static Record with(Entry.Builder entry) {
    return record(ALICE, 3).toBuilder().setEntry(entry.build().toByteString()).build();
  }
}
