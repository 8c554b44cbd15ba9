package io.breakwater.loadtest.chaos.phones;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.UserId;
import io.breakwater.loadtest.chaos.payload.Conversation;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sends of one device that were not answered yet, across the runs of its application; and how
 * the client names those that its store has. Guarded by the lock of the {@link Notebook}.
 */
final class Ledger {
  /** A send. */
  record Sent(Conversation conversation, long sequence) {}

  private final Map<Conversation, Long> sequences = new HashMap<>();

  /** In the order in which they were invoked. */
  private final Set<Sent> open = new LinkedHashSet<>();

  private final Map<Changes.Removed, Sent> named = new HashMap<>();

  /** A message is about to be sent. */
  Sent invoke(Conversation conversation) {
    Sent sent = new Sent(conversation, sequences.merge(conversation, 1L, Long::sum));
    open.add(sent);
    return sent;
  }

  /** The store has it, under this name. */
  void stored(UserId peer, long clientId, Sent sent) {
    named.put(new Changes.Removed(peer, clientId), sent);
  }

  /** What has this name was answered; null if nothing open has it. */
  @Nullable Sent answered(UserId peer, long clientId) {
    Sent sent = named.remove(new Changes.Removed(peer, clientId));
    return sent != null && open.remove(sent) ? sent : null;
  }

  /** The client did not take it; false if it is answered already. */
  boolean notTaken(Sent sent) {
    return open.remove(sent);
  }

  /**
   * The application starts anew, and its store has these; what else was open is returned: it was
   * never stored, or its answer was heard by nobody.
   */
  List<Sent> restart(Map<Changes.Removed, Sent> outbox) {
    named.clear();
    named.putAll(outbox);
    return close(outbox.values());
  }

  /** Nothing will be answered any more; returns what was open. */
  List<Sent> giveUp() {
    named.clear();
    return close(List.of());
  }

  private List<Sent> close(Collection<Sent> except) {
    Set<Sent> lost = new LinkedHashSet<>(open);
    lost.removeAll(Set.copyOf(except));
    open.removeAll(lost);
    return List.copyOf(lost);
  }

  int open() {
    return open.size();
  }
}
