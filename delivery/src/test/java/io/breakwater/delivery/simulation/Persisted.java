package io.breakwater.delivery.simulation;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.ConversationState;
import io.breakwater.client.core.DeviceState;
import io.breakwater.client.core.Origin;
import io.breakwater.client.core.OutgoingMessage;
import io.breakwater.client.core.Position;
import io.breakwater.client.core.Seen;
import io.breakwater.client.core.UserId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an application has on its disk. */
final class Persisted {
  private final Map<Changes.Removed, OutgoingMessage> outbox = new LinkedHashMap<>();
  private final Map<UserId, ConversationState> conversations = new LinkedHashMap<>();
  private final Map<Origin.Stream, Seen> seen = new LinkedHashMap<>();
  private Position cursor = Position.START;

  /** Atomic. */
  void apply(Changes changes) {
    for (OutgoingMessage message : changes.put()) {
      outbox.put(new Changes.Removed(message.peer(), message.clientId()), message);
    }
    for (Changes.Tried tried : changes.tried()) {
      outbox.computeIfPresent(
          new Changes.Removed(tried.peer(), tried.clientId()),
          (_, message) -> message.tried(tried.firstTriedMs()));
    }
    changes.removed().forEach(outbox::remove);
    changes.conversations().forEach(state -> conversations.put(state.peer(), state));
    changes.seen().forEach(state -> seen.put(state.stream(), state));
    changes.forgotten().forEach(seen::remove);
    changes.cursor().ifPresent(position -> cursor = position);
  }

  DeviceState state() {
    return new DeviceState(
        cursor,
        List.copyOf(outbox.values()),
        List.copyOf(conversations.values()),
        List.copyOf(seen.values()));
  }

  /** When a message of the outbox was first transmitted, by the server's clock. */
  long firstTriedMs(UserId peer, long clientId) {
    OutgoingMessage message = outbox.get(new Changes.Removed(peer, clientId));
    return message == null ? 0 : message.firstTriedMs();
  }

  int outboxMessages() {
    return outbox.size();
  }
}
