package io.breakwater.client.core;

import java.util.List;
import java.util.Optional;

/**
 * What has to be made durable, as one atomic write, before the outputs of the same {@link Step} are
 * carried out. Applied in the order of the components; each is an upsert or a removal by key, so
 * applying a change twice does no harm.
 *
 * @param put messages that entered the outbox; keyed by peer and client id
 * @param tried messages of the outbox that are about to be transmitted for the first time
 * @param removed messages that left the outbox, since they were answered or given up
 * @param conversations keyed by peer
 * @param received messages to be stored, in mailbox order, none of them seen before
 * @param seen keyed by stream
 * @param forgotten streams whose {@link Seen} is to be dropped, since there are too many of them
 * @param cursor the new cursor, if it moved
 */
public record Changes(
    List<OutgoingMessage> put,
    List<Tried> tried,
    List<Removed> removed,
    List<ConversationState> conversations,
    List<ReceivedMessage> received,
    List<Seen> seen,
    List<Origin.Stream> forgotten,
    Optional<Position> cursor) {
  /** Nothing to write. */
  public static final Changes NONE =
      new Changes(
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          Optional.empty());

  /** Only a cursor: what makes an empty store that of a device whose mailbox begins there. */
  public static Changes startingAt(Position cursor) {
    return new Changes(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.of(cursor));
  }

  /** A first transmission, at this server time, milliseconds since 1970. */
  public record Tried(UserId peer, long clientId, long firstTriedMs) {}

  /** The key of a message in the outbox. */
  public record Removed(UserId peer, long clientId) {}

  /** Whether there is nothing to write. */
  public boolean isEmpty() {
    return put.isEmpty()
        && tried.isEmpty()
        && removed.isEmpty()
        && conversations.isEmpty()
        && received.isEmpty()
        && seen.isEmpty()
        && forgotten.isEmpty()
        && cursor.isEmpty();
  }
}
