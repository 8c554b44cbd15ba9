package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import java.util.TreeMap;

/**
 * One conversation as a machine keeps it. Fields belong to {@link Conversations} and {@link
 * Outbox}.
 */
final class Conversation {
  final UserId peer;
  long lastClientId;
  MessageId highest = MessageId.NONE;

  /** By client id. */
  final TreeMap<Long, Unanswered> unanswered = new TreeMap<>();

  /**
   * Whatever is unanswered below this client id is in flight; the rest waits for (re)transmission.
   */
  long sendFrom = 1;

  /** Nothing is transmitted before. */
  long pausedUntilMs;

  /** Its home was away: one message at a time until one is accepted. */
  boolean isTrying;

  /** How often the server asked for an earlier message since it last accepted one. */
  int goBacks;

  /** Whether it stands in the line of conversations that may transmit. */
  boolean lined;

  Conversation(UserId peer) {
    this.peer = peer;
  }

  ConversationState state() {
    return new ConversationState(peer, lastClientId, highest);
  }

  /** A message in the outbox. */
  static final class Unanswered {
    final long clientId;
    final ByteString payload;

    /** Server time; 0 if it was never transmitted. */
    long firstTriedMs;

    /** Whether it counts in the window. */
    boolean inFlight;

    /** Transmissions on this connection that may still be answered. */
    int answersDue;

    int timeouts;

    /** When it was transmitted last. */
    long transmittedMs;

    /** When it is transmitted again if it is not answered. */
    long deadlineMs;

    Unanswered(long clientId, ByteString payload, long firstTriedMs) {
      this.clientId = clientId;
      this.payload = payload;
      this.firstTriedMs = firstTriedMs;
    }
  }
}
