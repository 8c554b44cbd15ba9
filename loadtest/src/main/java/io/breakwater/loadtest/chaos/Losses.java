package io.breakwater.loadtest.chaos;

import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.payload.Conversation;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * What was promised to be durable and is not there at the end. Pure.
 *
 * @param accepted sends
 * @param lost of them: storage does not hold the message
 */
record Losses(long accepted, long lost) {
  private record Place(Conversation conversation, MessageId message) {}

  /** Of a history whose storage was read. */
  static Losses of(History history) throws IOException {
    Set<Place> accepted = new HashSet<>();
    Set<Place> stored = new HashSet<>();
    var _ =
        history.replay(
            fact -> {
              if (fact instanceof Fact.SendAccepted send) {
                accepted.add(new Place(send.conversation(), send.messageId()));
              } else if (fact instanceof Fact.Stored message) {
                stored.add(new Place(message.conversation(), message.messageId()));
              }
            });
    long all = accepted.size();
    accepted.removeAll(stored);
    return new Losses(all, accepted.size());
  }
}
