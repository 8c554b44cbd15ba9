package io.breakwater.loadtest.bench.phone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Send;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutboxTest {
  private static final ByteString TO = ByteString.copyFrom(new byte[16]);
  private static final Message MESSAGE = new Message(1, 1);

  private final Outbox outbox = new Outbox(TO, 160);

  private static ByteString id(int last) {
    byte[] id = new byte[16];
    id[15] = (byte) last;
    return ByteString.copyFrom(id);
  }

  private Send sent() {
    List<Send> sends = outbox.transmit(outbox.add(MESSAGE, 1000));
    assertThat(sends).hasSize(1);
    return sends.getFirst();
  }

  @Test
  void numbers_messages_and_names_the_unanswered_predecessor() {
    assertThat(sent().getPrev()).isZero();
    Send second = sent();
    assertThat(second.getClientId()).isEqualTo(2);
    assertThat(second.getPrev()).isEqualTo(1);
    assertThat(second.getRetry()).isFalse();
    assertThat(second.getPayload().size()).isEqualTo(160);
  }

  @Test
  void names_no_predecessor_once_all_are_answered() {
    var _ = sent();
    assertThat(outbox.accepted(1, id(9))).isEqualTo(MESSAGE);
    Send second = sent();
    assertThat(second.getPrev()).isZero();
    assertThat(second.getAfter()).isEqualTo(id(9));
  }

  @Test
  void goes_back_in_order_with_retry_and_the_first_time_of_each() {
    for (int i = 0; i < 3; i++) {
      var _ = sent();
    }
    List<Send> again = outbox.transmit(2);
    assertThat(again).extracting(Send::getClientId).containsExactly(2L, 3L);
    assertThat(again).extracting(Send::getPrev).containsExactly(1L, 2L);
    assertThat(again).allMatch(Send::getRetry).allMatch(send -> send.getFirstTriedMs() == 1000);
  }

  @Test
  void obeys_the_answer_to_the_last_transmission_only() {
    var _ = sent();
    var _ = outbox.transmit(1);
    assertThat(outbox.obeys(1)).isFalse();
    assertThat(outbox.obeys(1)).isTrue();
  }

  @Test
  void keeps_the_highest_message_id_and_counts_an_answer_once() {
    var _ = sent();
    assertThat(outbox.accepted(1, id(9))).isNotNull();
    assertThat(outbox.accepted(1, id(3))).isNull();
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(sent().getAfter()).isEqualTo(id(9));
  }

  @Test
  void reads_from_a_payload_what_was_put_there() {
    Message message = new Message(123_456_789_012L, 42);
    assertThat(Message.of(message.payload(160))).isEqualTo(message);
    assertThat(Message.of(message.payload(Message.MIN_BYTES))).isEqualTo(message);
  }
}
