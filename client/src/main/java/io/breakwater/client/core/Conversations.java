package io.breakwater.client.core;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The conversations of a device, by peer. Grows with the number of people it ever talked to. */
final class Conversations {
  private final Map<UserId, Conversation> byPeer = new HashMap<>();
  private final Pending pending;

  Conversations(Pending pending) {
    this.pending = pending;
  }

  void restore(ConversationState state) {
    Conversation conversation = with(state.peer());
    conversation.lastClientId = Math.max(conversation.lastClientId, state.lastClientId());
    conversation.highest = state.highest();
  }

  Conversation with(UserId peer) {
    return byPeer.computeIfAbsent(peer, Conversation::new);
  }

  @Nullable Conversation find(UserId peer) {
    return byPeer.get(peer);
  }

  /** This message was seen. */
  void saw(UserId peer, MessageId messageId) {
    Conversation conversation = with(peer);
    if (messageId.compareTo(conversation.highest) > 0) {
      conversation.highest = messageId;
      pending.conversation(conversation.state());
    }
  }
}
