package io.breakwater.delivery.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.ConversationId;
import io.breakwater.delivery.lane.Bench.Kind;
import io.breakwater.delivery.lane.Bench.Member;
import org.junit.jupiter.api.Test;

/**
 * A row costs storage several times less in a batch: rows wait for each other, but not for long.
 */
class SettlingTest {
  private static final int PHONE = 100;

  private final Bench bench = new Bench(LaneLimits.standard());
  private final Member alice = bench.signUp();
  private final Member bob = bench.signUp();

  /** A message every 10 ms. */
  private void talk(int messages) {
    talk(bob, 0, messages);
  }

  private void talk(Member to, int after, int messages) {
    for (int clientId = after + 1; clientId <= after + messages; clientId++) {
      bench.send(alice, to.user(), clientId, clientId - 1);
      bench.pass(10);
    }
  }

  /** Whose history with Alice is in another partition than Bob's. */
  private Member elsewhere() {
    Member found = bench.signUp();
    while (shard(found) == shard(bob)) {
      found = bench.signUp();
    }
    return found;
  }

  private int shard(Member other) {
    return bench.storage.layout().shardOf(ConversationId.direct(alice.user(), other.user()));
  }

  private int batch() {
    return bench.limits.settleBatchRows();
  }

  @Test
  void under_a_steady_load_batches_of_history_rows_are_full() {
    talk(4 * batch());

    assertThat(bench.historyBatches).containsExactly(batch(), batch(), batch(), batch());
  }

  @Test
  void under_a_steady_load_batches_of_mailbox_rows_are_full() {
    talk(4 * batch());
    bench.pass(5_000);

    assertThat(bench.mailboxBatches).containsExactly(batch(), batch(), batch(), batch());
  }

  @Test
  void a_lone_row_waits_a_second_for_others() {
    talk(1);
    bench.pass(900);
    assertThat(bench.historyBatches).isEmpty();

    bench.pass(200);

    assertThat(bench.historyBatches).containsExactly(1);
  }

  @Test
  void a_row_waits_less_while_the_tail_is_short_of_room() {
    Bench small = new Bench();
    Member recipient = small.signUp();
    for (int sender = 1; sender <= 12; sender++) {
      small.send(small.signUp(), recipient.user(), 1, 0);
    }
    small.pass(200);
    assertThat(small.historyBatches).isEmpty();

    small.pass(200);

    assertThat(small.historyBatches.stream().mapToInt(rows -> rows).sum()).isEqualTo(12);
  }

  @Test
  void what_was_acknowledged_while_a_batch_filled_is_not_in_it() {
    talk(5);
    bench.pass(2_200);
    assertThat(bench.mailboxBatches).isEmpty();
    bench.attach(bob, PHONE, 0);
    long third = bench.entries(PHONE).get(2).getEntryId();

    bench.ack(bob, PHONE, third);
    bench.pass(2_000);

    assertThat(bench.mailboxBatches).containsExactly(2);
  }

  @Test
  void a_batch_of_unknown_outcome_is_written_again_with_what_it_owes_by_then() {
    bench.hold(Kind.HISTORY_ROWS);
    talk(batch());
    assertThat(bench.historyBatches).containsExactly(batch());

    bench.failRows(Kind.HISTORY_ROWS);
    bench.pass(400);
    assertThat(bench.historyBatches).hasSize(1);
    bench.release(Kind.HISTORY_ROWS);
    bench.pass(200);

    assertThat(bench.historyBatches).containsExactly(batch(), batch());
    bench.pass(10_000);
    assertThat(bench.lane.isSettled()).isTrue();
  }

  @Test
  void a_mailbox_batch_that_failed_is_written_again_without_what_was_acknowledged_meanwhile() {
    bench.hold(Kind.MAILBOX_ROWS);
    talk(5);
    bench.pass(3_500);
    assertThat(bench.mailboxBatches).containsExactly(5);
    bench.attach(bob, PHONE, 0);
    bench.ack(bob, PHONE, bench.entries(PHONE).get(2).getEntryId());

    bench.failRows(Kind.MAILBOX_ROWS);
    bench.pass(600);

    assertThat(bench.mailboxBatches).containsExactly(5, 2);
  }

  @Test
  void a_partition_that_cannot_be_written_holds_up_no_other_and_then_catches_up() {
    Member carol = elsewhere();
    bench.hold(Kind.HISTORY_ROWS);
    talk(batch());
    bench.failRows(Kind.HISTORY_ROWS);

    for (int again = 1; again <= 3 * bench.limits.settleInFlight(); again++) {
      talk(bob, again * batch(), batch());
    }
    int ofBob = bench.historyBatches.size();
    talk(carol, 0, batch());

    assertThat(ofBob).isLessThan(bench.limits.settleInFlight() / 2);
    assertThat(bench.historyBatches).hasSize(ofBob + 1);
    bench.release(Kind.HISTORY_ROWS);
    bench.pass(6_000);
    assertThat(bench.lane.isSettled()).isTrue();
  }

  @Test
  void a_small_batch_that_waits_for_longer_goes_before_full_ones() {
    Member carol = elsewhere();
    bench.hold(Kind.HISTORY_ROWS);
    talk(bench.limits.settleInFlight() * batch());
    int underWay = bench.historyBatches.size();
    bench.release(Kind.HISTORY_ROWS);
    bench.hold(Kind.HISTORY_ROWS);
    int before = bench.limits.settleInFlight() * batch();
    talk(bob, before, underWay * batch());
    talk(carol, 0, 1);
    talk(bob, before + underWay * batch(), 4 * batch());

    bench.releaseEarliest(Kind.HISTORY_ROWS);

    assertThat(bench.historyBatches.getLast()).isOne();
  }

  @Test
  void in_a_hurry_nothing_waits() {
    talk(3);
    assertThat(bench.historyBatches).isEmpty();

    bench.input(bench.lane::hurry);

    assertThat(bench.historyBatches).containsExactly(3);
    assertThat(bench.mailboxBatches).containsExactly(3);
  }
}
