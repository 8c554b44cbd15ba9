package io.breakwater.client.store;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.ConversationState;
import io.breakwater.client.core.DeviceState;
import io.breakwater.client.core.Origin;
import io.breakwater.client.core.OutgoingMessage;
import io.breakwater.client.core.Position;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.Seen;
import io.breakwater.client.core.UserId;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What changes add up to, in memory. */
final class Image {
  private final Map<Changes.Removed, OutgoingMessage> outbox = new LinkedHashMap<>();
  private final Map<UserId, ConversationState> conversations = new LinkedHashMap<>();
  private final Map<Origin.Stream, Seen> seen = new LinkedHashMap<>();
  private final ArrayDeque<ReceivedMessage> notHanded = new ArrayDeque<>();
  private Position cursor = Position.START;

  void apply(Changes changes) {
    for (OutgoingMessage message : changes.put()) {
      outbox.put(new Changes.Removed(message.peer(), message.clientId()), message);
    }
    for (Changes.Tried tried : changes.tried()) {
      outbox.computeIfPresent(
          new Changes.Removed(tried.peer(), tried.clientId()),
          (key, message) -> message.tried(tried.firstTriedMs()));
    }
    changes.removed().forEach(outbox::remove);
    changes.conversations().forEach(state -> conversations.put(state.peer(), state));
    notHanded.addAll(changes.received());
    for (Seen state : changes.seen()) {
      seen.remove(state.stream());
      seen.put(state.stream(), state);
    }
    changes.forgotten().forEach(seen::remove);
    changes.cursor().ifPresent(position -> cursor = position);
  }

  void handed(long entryId) {
    while (!notHanded.isEmpty()
        && Long.compareUnsigned(notHanded.getFirst().entryId(), entryId) <= 0) {
      notHanded.removeFirst();
    }
  }

  DeviceState state() {
    return new DeviceState(
        cursor,
        List.copyOf(outbox.values()),
        List.copyOf(conversations.values()),
        List.copyOf(seen.values()));
  }

  List<ReceivedMessage> notHanded() {
    return List.copyOf(notHanded);
  }

  /** Changes that lead from nothing to this. */
  Changes asChanges() {
    return new Changes(
        List.copyOf(outbox.values()),
        List.of(),
        List.of(),
        List.copyOf(conversations.values()),
        List.copyOf(notHanded),
        List.copyOf(seen.values()),
        List.of(),
        Optional.of(cursor));
  }
}
