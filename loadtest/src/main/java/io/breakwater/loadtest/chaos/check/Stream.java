package io.breakwater.loadtest.chaos.check;

import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one device writes into one conversation, and what it has seen there. */
final class Stream {
  /**
   * The furthest message of this stream that a reader was handed.
   *
   * @param by the number of the fact
   */
  record Furthest(long sequence, long by) {}

  final Device sender;
  final Conversation conversation;

  /** In the order in which they were invoked, which is that of their sequence numbers. */
  final List<Message> messages = new ArrayList<>();

  private final Map<Long, Message> bySequence = new HashMap<>();
  private final Map<Long, Message> byClientId = new HashMap<>();
  private final Map<Reader, Furthest> furthest = new HashMap<>();

  /**
   * The highest message id that its device was shown in this conversation, and the fact that showed
   * it.
   */
  private MessageId seen = MessageId.NONE;

  private long seenBy;

  /** Whether another device wrote that. */
  private boolean isSeenOfOthers;

  Stream(Device sender, Conversation conversation) {
    this.sender = sender;
    this.conversation = conversation;
  }

  /** Null if the sequence number is not above all before. */
  @Nullable Message invoke(long sequence, long by, long atMs, MessageId after) {
    if (!messages.isEmpty() && messages.get(messages.size() - 1).sequence >= sequence) {
      return null;
    }
    boolean recorded = after.compareTo(seen) > 0;
    Message message =
        new Message(this, sequence, by, atMs, recorded ? after : seen, recorded ? by : seenBy);
    messages.add(message);
    bySequence.put(sequence, message);
    return message;
  }

  @Nullable Message withSequence(long sequence) {
    return bySequence.get(sequence);
  }

  @Nullable Message withClientId(long clientId) {
    return byClientId.get(clientId);
  }

  /** Returns another message that has this client id, if there is one. */
  @Nullable Message bind(long clientId, Message message) {
    Message other = byClientId.putIfAbsent(clientId, message);
    return other == message ? null : other;
  }

  void saw(MessageId message, long by, boolean ofOthers) {
    isSeenOfOthers |= ofOthers;
    if (message.compareTo(seen) > 0) {
      seen = message;
      seenBy = by;
    }
  }

  boolean hasSeenOthers() {
    return isSeenOfOthers;
  }

  /**
   * A reader was handed a message of this stream; returns what it had before, if that was further.
   */
  @Nullable Furthest advance(Reader reader, long sequence, long by) {
    Furthest before = furthest.get(reader);
    if (before != null && before.sequence > sequence) {
      return before;
    }
    furthest.put(reader, new Furthest(sequence, by));
    return null;
  }
}
