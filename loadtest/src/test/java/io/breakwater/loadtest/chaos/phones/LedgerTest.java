package io.breakwater.loadtest.chaos.phones;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.UserId;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.phones.Ledger.Sent;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private static final UserId PEER = new UserId(1, 2);
  private static final Conversation THEIRS = new Conversation(0, 1);
  private static final Conversation NOTES = new Conversation(0, 0);

  private final Ledger ledger = new Ledger();

  @Test
  void counts_sends_by_conversation() {
    assertThat(ledger.invoke(THEIRS)).isEqualTo(new Sent(THEIRS, 1));
    assertThat(ledger.invoke(THEIRS)).isEqualTo(new Sent(THEIRS, 2));
    assertThat(ledger.invoke(NOTES)).isEqualTo(new Sent(NOTES, 1));
    assertThat(ledger.open()).isEqualTo(3);
  }

  @Test
  void an_answer_finds_the_send_that_was_stored_under_its_name_once() {
    Sent sent = ledger.invoke(THEIRS);
    assertThat(ledger.answered(PEER, 9)).isNull();
    ledger.stored(PEER, 9, sent);
    assertThat(ledger.answered(PEER, 9)).isEqualTo(sent);
    assertThat(ledger.answered(PEER, 9)).isNull();
    assertThat(ledger.open()).isZero();
  }

  @Test
  void what_the_outbox_does_not_have_at_a_restart_is_lost() {
    Sent neverStored = ledger.invoke(THEIRS);
    Sent removed = ledger.invoke(THEIRS);
    Sent waiting = ledger.invoke(THEIRS);
    ledger.stored(PEER, 5, removed);
    assertThat(ledger.restart(Map.of(new Changes.Removed(PEER, 6), waiting)))
        .containsExactly(neverStored, removed);
    assertThat(ledger.answered(PEER, 5)).isNull();
    assertThat(ledger.answered(PEER, 6)).isEqualTo(waiting);
  }

  @Test
  void a_sequence_number_is_not_given_again_after_a_restart() {
    ledger.invoke(THEIRS);
    assertThat(ledger.restart(Map.of())).hasSize(1);
    assertThat(ledger.invoke(THEIRS).sequence()).isEqualTo(2);
  }

  @Test
  void what_the_client_does_not_take_is_answered() {
    Sent sent = ledger.invoke(THEIRS);
    assertThat(ledger.notTaken(sent)).isTrue();
    assertThat(ledger.notTaken(sent)).isFalse();
    assertThat(ledger.giveUp()).isEmpty();
  }
}
