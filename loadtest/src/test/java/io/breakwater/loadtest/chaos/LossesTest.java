package io.breakwater.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.payload.Content;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LossesTest {
  private static final Device SENDER = new Device(1, 1);
  private static final Conversation TALK = Conversation.of(1, 2);

  private static Fact accepted(long number, MessageId message) {
    return new Fact.SendAccepted(number, number, SENDER, TALK, number, number, message);
  }

  private static Fact stored(long number, MessageId message) {
    return new Fact.Stored(number, number, SENDER, TALK, number, message, new Content.Foreign());
  }

  @Test
  void what_was_accepted_and_is_not_stored_is_lost() throws IOException {
    History history =
        History.of(
            List.of(
                accepted(1, new MessageId(7, 1)),
                accepted(2, new MessageId(7, 2)),
                accepted(3, new MessageId(8, 1)),
                stored(4, new MessageId(7, 1)),
                stored(5, new MessageId(8, 1))));

    assertThat(Losses.of(history)).isEqualTo(new Losses(3, 1));
  }

  @Test
  void what_is_stored_and_was_not_accepted_is_no_loss() throws IOException {
    assertThat(Losses.of(History.of(List.of(stored(1, new MessageId(7, 1))))))
        .isEqualTo(new Losses(0, 0));
  }
}
