package io.breakwater.delivery.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.delivery.lane.Bench.Kind;
import io.breakwater.delivery.lane.Bench.Member;
import java.util.List;
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
    for (int clientId = 1; clientId <= messages; clientId++) {
      bench.send(alice, bob.user(), clientId, clientId - 1);
      bench.pass(10);
    }
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
    Member sender = small.signUp();
    List<Member> recipients = List.of(small.signUp(), small.signUp(), small.signUp());
    for (int clientId = 1; clientId <= 2; clientId++) {
      for (Member recipient : recipients) {
        small.send(sender, recipient.user(), clientId, clientId - 1);
      }
    }
    small.pass(200);
    assertThat(small.historyBatches).isEmpty();

    small.pass(200);

    assertThat(small.historyBatches.stream().mapToInt(rows -> rows).sum()).isEqualTo(6);
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

    bench.failHistory();
    bench.pass(400);
    assertThat(bench.historyBatches).hasSize(1);
    bench.release(Kind.HISTORY_ROWS);
    bench.pass(200);

    assertThat(bench.historyBatches).containsExactly(batch(), batch());
    bench.pass(10_000);
    assertThat(bench.lane.isSettled()).isTrue();
  }
}
