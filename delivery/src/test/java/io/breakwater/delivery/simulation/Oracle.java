package io.breakwater.delivery.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.MailboxStore.MailboxRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Knows what was sent, what was promised and what came, and holds the one against the other. */
final class Oracle {
  /** A device of a user. */
  record Reader(UserId user, DeviceId device) {}

  /**
   * A message in somebody's outbox.
   *
   * @param seen the highest message id of the conversation that its author had seen
   */
  record Sending(Origin origin, UserId to, ByteString payload, MessageId seen) {}

  private record Place(UserId user, long entryId) {}

  private record Stream(UserId sender, DeviceId device, ConversationId conversation) {}

  private final World world;
  private final List<Reader> readers = new ArrayList<>();
  private final Map<Origin, Sending> sent = new LinkedHashMap<>();
  private final Map<Origin, MessageId> accepted = new LinkedHashMap<>();
  private final Set<Origin> refused = new LinkedHashSet<>();
  private final Map<Reader, Map<Origin, MessageId>> received = new HashMap<>();
  private final Map<Reader, Long> lastEntry = new HashMap<>();
  private final Map<Origin, MessageId> shown = new HashMap<>();
  private final Map<Origin, Set<MessageId>> durable = new HashMap<>();
  private final Map<Place, ByteString> entries = new HashMap<>();
  private final Set<IncarnationId> readBySuccessor = new HashSet<>();
  private long ceiling;

  Oracle(World world) {
    this.world = world;
  }

  void reader(Reader reader) {
    readers.add(reader);
    received.put(reader, new LinkedHashMap<>());
  }

  // ---- what storage got

  void ceilingRaised(long to) {
    ceiling = Math.max(ceiling, to);
  }

  void journalRead(IncarnationId dead) {
    readBySuccessor.add(dead);
  }

  void blockDurable(IncarnationId incarnation, ByteBuffer block) {
    if (readBySuccessor.contains(incarnation)) {
      world.happened(Sometimes.LATE_BLOCK_OF_A_ZOMBIE);
    }
    for (Record record : SimulatedNode.parse(block).getRecordsList()) {
      Entry entry = entry(record);
      entryDurable(UserId.of(record.getUser().asReadOnlyByteBuffer()), entry, record.getEntry());
      if (entry.hasMessage()) {
        originDurable(origin(entry.getMessage()), messageId(entry.getMessage()));
      }
    }
  }

  void rowDurable(MailboxRow row) {
    ByteString bytes = ByteString.copyFrom(row.entry().duplicate());
    entryDurable(row.user(), parse(bytes), bytes);
  }

  private void entryDurable(UserId user, Entry entry, ByteString bytes) {
    ByteString before = entries.putIfAbsent(new Place(user, entry.getEntryId()), bytes);
    if (before != null && !before.equals(bytes)) {
      throw world.violation(
          Promise.P2,
          "entry id "
              + entry.getEntryId()
              + " of "
              + user
              + " was given to two entries: the second is "
              + describe(entry));
    }
    if (entry.getEntryId() >= ceiling) {
      throw world.violation(
          Promise.P2,
          "entry id "
              + entry.getEntryId()
              + " is above every durable ceiling ("
              + ceiling
              + "): "
              + describe(entry));
    }
  }

  void originDurable(Origin origin, MessageId message) {
    durable.computeIfAbsent(origin, _ -> new HashSet<>()).add(message);
  }

  // ---- what applications did and were told

  void sent(Sending sending) {
    sent.put(sending.origin, sending);
  }

  int sentCount() {
    return sent.size();
  }

  int acceptedCount() {
    return accepted.size();
  }

  void accepted(Origin origin, MessageId message) {
    if (!durable.getOrDefault(origin, Set.of()).contains(message)) {
      throw world.violation(
          Promise.P1, "accepted as " + message + " but nowhere durable: " + describe(origin));
    }
    accepted.put(origin, message);
    shown(origin, message);
  }

  void refused(Origin origin) {
    refused.add(origin);
  }

  /** An application has stored a message. */
  void received(Reader reader, long entryId, Origin origin, MessageId message, ByteString payload) {
    Sending sending = sent.get(origin);
    if (sending == null || !sending.payload.equals(payload)) {
      throw world.violation(
          Promise.P3, reader + " received what was not sent: " + describe(origin));
    }
    if (lastEntry.getOrDefault(reader, 0L) >= entryId) {
      throw world.violation(
          Promise.P4, reader + " received entry " + entryId + " late: " + describe(origin));
    }
    lastEntry.put(reader, entryId);
    if (received.getOrDefault(reader, Map.of()).containsKey(origin)) {
      throw world.violation(Promise.P2, reader + " received twice: " + describe(origin));
    }
    received.computeIfAbsent(reader, _ -> new LinkedHashMap<>()).put(origin, message);
    shown(origin, message);
  }

  /** An application was told of a repeated message, or of one that was accepted. */
  void shown(Origin origin, MessageId message) {
    MessageId before = shown.putIfAbsent(origin, message);
    if (before != null && !before.equals(message)) {
      throw world.violation(
          Promise.P3,
          "one origin as two messages, " + before + " and " + message + ": " + describe(origin));
    }
  }

  // ---- the end

  /** What is still missing, for people; nothing if all has arrived. */
  Optional<String> missing() {
    for (Sending sending : sent.values()) {
      if (!accepted.containsKey(sending.origin) && !refused.contains(sending.origin)) {
        return Optional.of("not answered: " + describe(sending.origin));
      }
    }
    for (Origin origin : accepted.keySet()) {
      for (Reader reader : readers) {
        if (isFor(reader, origin) && !received.getOrDefault(reader, Map.of()).containsKey(origin)) {
          return Optional.of("not received by " + reader + ": " + describe(origin));
        }
      }
    }
    return Optional.empty();
  }

  private boolean isFor(Reader reader, Origin origin) {
    Sending sending = sent.get(origin);
    boolean isRecipient = sending != null && sending.to.equals(reader.user);
    boolean isOtherDeviceOfSender =
        reader.user.equals(origin.sender()) && !reader.device.equals(origin.device());
    return isRecipient || isOtherDeviceOfSender;
  }

  /** Holds everything against the promises, when nothing happens any more. */
  void judge() {
    for (Map.Entry<Origin, MessageId> each : accepted.entrySet()) {
      if (!isStored(each.getKey(), each.getValue())) {
        throw world.violation(Promise.P1, "accepted but not stored: " + describe(each.getKey()));
      }
    }
    for (Reader reader : readers) {
      received.getOrDefault(reader, Map.of()).keySet().forEach(origin -> judge(reader, origin));
    }
    for (Origin origin : accepted.keySet()) {
      for (Reader reader : readers) {
        if (isFor(reader, origin) && !received.getOrDefault(reader, Map.of()).containsKey(origin)) {
          throw world.violation(
              Promise.P2, "accepted but not received by " + reader + ": " + describe(origin));
        }
      }
    }
    judgeOrder();
    for (Sending sending : sent.values()) {
      if (!accepted.containsKey(sending.origin) && !refused.contains(sending.origin)) {
        throw world.violation(Promise.LIVENESS, "never answered: " + describe(sending.origin));
      }
    }
  }

  /** In the history, or in a journal: entries that are not settled yet have no row. */
  private boolean isStored(Origin origin, MessageId message) {
    long nowMs = World.BEGINNING_MS + world.time.nowMs();
    MessageId stored =
        world
            .storage
            .history()
            .acceptedOrigins(
                origin.conversation(),
                origin.sender(),
                origin.device(),
                origin.clientId(),
                0,
                nowMs,
                1)
            .toCompletableFuture()
            .join()
            .get(origin.clientId());
    return message.equals(stored)
        || (stored == null && durable.getOrDefault(origin, Set.of()).contains(message));
  }

  private void judge(Reader reader, Origin origin) {
    if (refused.contains(origin)) {
      throw world.violation(
          Promise.P3, "refused for good but received by " + reader + ": " + describe(origin));
    }
    // The sending device itself may see its own copy go by: it is in the mailbox of all of them.
    if (!isFor(reader, origin) && !reader.user.equals(origin.sender())) {
      throw world.violation(
          Promise.P3, "received by " + reader + ", who is not meant: " + describe(origin));
    }
  }

  private void judgeOrder() {
    Map<Stream, TreeMap<Long, MessageId>> streams = new HashMap<>();
    shown.forEach(
        (origin, message) ->
            streams
                .computeIfAbsent(
                    new Stream(origin.sender(), origin.device(), origin.conversation()),
                    _ -> new TreeMap<>())
                .put(origin.clientId(), message));
    streams.forEach(
        (stream, messages) -> {
          MessageId before = MessageId.NONE;
          for (Map.Entry<Long, MessageId> each : messages.entrySet()) {
            if (!each.getValue().isAfter(before)) {
              throw world.violation(
                  Promise.P4,
                  "client id " + each.getKey() + " sorts before its predecessor in " + stream);
            }
            before = each.getValue();
          }
        });
    shown.forEach(
        (origin, message) -> {
          Sending sending = sent.get(origin);
          if (sending != null && !message.isAfter(sending.seen)) {
            throw world.violation(
                Promise.P4,
                "sorts before "
                    + sending.seen
                    + ", which its author had seen: "
                    + describe(origin));
          }
        });
  }

  String describe(Origin origin) {
    return "message "
        + origin.clientId()
        + " of device "
        + origin.device()
        + " of "
        + name(origin.sender())
        + " to "
        + Optional.ofNullable(sent.get(origin)).map(each -> name(each.to)).orElse("?")
        + " ("
        + Optional.ofNullable(shown.get(origin)).map(MessageId::toString).orElse("no id")
        + ')';
  }

  static String name(UserId user) {
    return user.toString().substring(0, 6);
  }

  private String describe(Entry entry) {
    return entry.hasMessage() ? describe(origin(entry.getMessage())) : entry.getBodyCase().name();
  }

  static Entry entry(Record record) {
    return parse(record.getEntry());
  }

  private static Entry parse(ByteString entry) {
    try {
      return Entry.parseFrom(entry);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("an entry that a lane made", e);
    }
  }

  private static Origin origin(Message message) {
    return new Origin(
        UserId.of(message.getSender().asReadOnlyByteBuffer()),
        new DeviceId(message.getSenderDevice()),
        ConversationId.of(message.getConversation().asReadOnlyByteBuffer()),
        message.getClientId());
  }

  private static MessageId messageId(Message message) {
    return MessageId.of(message.getMessageId().asReadOnlyByteBuffer());
  }
}
