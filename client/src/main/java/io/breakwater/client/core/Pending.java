package io.breakwater.client.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the inputs since the last drain have led to. */
final class Pending {
  private final List<OutgoingMessage> put = new ArrayList<>();
  private final List<Changes.Tried> tried = new ArrayList<>();
  private final List<Changes.Removed> removed = new ArrayList<>();
  private final Map<UserId, ConversationState> conversations = new LinkedHashMap<>();
  private final List<ReceivedMessage> received = new ArrayList<>();
  private final Map<Origin.Stream, Seen> seen = new LinkedHashMap<>();
  private final Set<Origin.Stream> forgotten = new LinkedHashSet<>();
  private Optional<Position> cursor = Optional.empty();
  private boolean changed;
  private final List<Output> outputs = new ArrayList<>();

  void put(OutgoingMessage message) {
    put.add(message);
    changed = true;
  }

  void tried(UserId peer, long clientId, long firstTriedMs) {
    tried.add(new Changes.Tried(peer, clientId, firstTriedMs));
    changed = true;
  }

  void removed(UserId peer, long clientId) {
    removed.add(new Changes.Removed(peer, clientId));
    changed = true;
  }

  void conversation(ConversationState state) {
    conversations.put(state.peer(), state);
    changed = true;
  }

  void received(ReceivedMessage message) {
    received.add(message);
    changed = true;
  }

  void seen(Seen state) {
    forgotten.remove(state.stream());
    seen.put(state.stream(), state);
    changed = true;
  }

  void forgotten(Origin.Stream stream) {
    seen.remove(stream);
    forgotten.add(stream);
    changed = true;
  }

  void cursor(Position position) {
    cursor = Optional.of(position);
    changed = true;
  }

  void output(Output output) {
    outputs.add(output);
  }

  void notify(Event event) {
    outputs.add(new Output.Notify(event));
  }

  Step drain() {
    if (!changed && outputs.isEmpty()) {
      return Step.NONE;
    }
    Step step = new Step(changed ? drainChanges() : Changes.NONE, List.copyOf(outputs));
    outputs.clear();
    return step;
  }

  private Changes drainChanges() {
    Changes changes =
        new Changes(
            List.copyOf(put),
            List.copyOf(tried),
            List.copyOf(removed),
            List.copyOf(conversations.values()),
            List.copyOf(received),
            List.copyOf(seen.values()),
            List.copyOf(forgotten),
            cursor);
    put.clear();
    tried.clear();
    removed.clear();
    conversations.clear();
    received.clear();
    seen.clear();
    forgotten.clear();
    cursor = Optional.empty();
    changed = false;
    return changes;
  }
}
