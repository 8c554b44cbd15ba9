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
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.storage.MailboxStore.MailboxRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
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
   * @param atMs when, virtual time
   */
  record Sending(Origin origin, UserId to, ByteString payload, MessageId seen, long atMs) {}

  private record Place(UserId user, long entryId) {}

  /**
   * An entry that is somewhere durable.
   *
   * @param atMs since when, virtual time
   * @param author in whose journal; none if it was a row first
   */
  private record Kept(ByteString bytes, long atMs, Optional<IncarnationId> author) {}

  /** A message as one mailbox has it. */
  private record Seen(UserId mailbox, MessageId message) {}

  /** A message in a mailbox. */
  private record Copied(UserId mailbox, Origin origin) {}

  private record Stream(UserId sender, DeviceId device, ConversationId conversation) {}

  final DeviceOracle devices;
  private final ExpiryOracle expiry;
  private final World world;
  private final List<Reader> readers = new ArrayList<>();
  private final Map<Origin, Sending> sent = new LinkedHashMap<>();
  private final Map<Origin, MessageId> accepted = new LinkedHashMap<>();
  private final Set<Origin> refused = new LinkedHashSet<>();
  private final Map<Reader, Map<Origin, MessageId>> received = new HashMap<>();
  private final Map<Reader, Long> lastEntry = new HashMap<>();
  private final Map<Origin, MessageId> shown = new HashMap<>();
  private final Map<Origin, Set<MessageId>> durable = new HashMap<>();
  private final Map<Place, Kept> entries = new HashMap<>();

  /**
   * The entries of a message in a mailbox: their ids, and when they were taken, by a wall clock.
   */
  private final Map<Copied, Map<Long, Long>> copies = new HashMap<>();

  private final Set<Origin> givenUp = new LinkedHashSet<>();

  /** See {@link #repeated}. */
  private final Map<Reader, Set<Origin>> dropped = new HashMap<>();

  /** Where a message is. */
  private final Map<Seen, Place> places = new HashMap<>();

  /** When a recoverer had read a journal, virtual time. */
  private final Map<IncarnationId, Long> readAtMs = new HashMap<>();

  private long ceiling;

  Oracle(World world) {
    this.world = world;
    devices = new DeviceOracle(world);
    expiry = new ExpiryOracle(world);
  }

  void reader(Reader reader) {
    devices.first(reader);
    add(reader);
  }

  /**
   * A linked device begins.
   *
   * @param since everything after this entry is for it, and nothing else
   */
  void linkedReader(Reader reader, long since) {
    devices.linked(reader, since);
    lastEntry.put(reader, since);
    add(reader);
  }

  private void add(Reader reader) {
    readers.add(reader);
    received.put(reader, new LinkedHashMap<>());
  }

  // ---- what storage got

  void ceilingRaised(long to) {
    ceiling = Math.max(ceiling, to);
  }

  void journalRead(IncarnationId dead) {
    readAtMs.putIfAbsent(dead, world.time.nowMs());
  }

  void blockDurable(IncarnationId incarnation, ByteBuffer block) {
    if (readAtMs.containsKey(incarnation)) {
      world.happened(Sometimes.LATE_BLOCK_OF_A_ZOMBIE);
    }
    for (Record record : LaneShell.parse(block).getRecordsList()) {
      Entry entry = entry(record);
      UserId user = UserId.of(record.getUser().asReadOnlyByteBuffer());
      entryDurable(user, entry, record.getEntry(), Optional.of(incarnation));
      if (entry.hasMessage()) {
        originDurable(origin(entry.getMessage()), messageId(entry.getMessage()));
      }
    }
  }

  void rowDurable(MailboxRow row) {
    ByteString bytes = ByteString.copyFrom(row.entry().duplicate());
    Entry entry = parse(bytes);
    if (entry.getEntryId() != row.entryId()) {
      throw world.violation(
          Promise.P2, "row " + row.entryId() + " of " + row.user() + " holds " + describe(entry));
    }
    entryDurable(row.user(), entry, bytes, Optional.empty());
  }

  private void entryDurable(
      UserId user, Entry entry, ByteString bytes, Optional<IncarnationId> author) {
    Place place = new Place(user, entry.getEntryId());
    Kept before = entries.putIfAbsent(place, new Kept(bytes, world.time.nowMs(), author));
    if (before == null && entry.hasMessage()) {
      places.put(new Seen(user, messageId(entry.getMessage())), place);
      copies
          .computeIfAbsent(new Copied(user, origin(entry.getMessage())), _ -> new LinkedHashMap<>())
          .put(entry.getEntryId(), entry.getTimeMs());
    }
    if (before != null && !before.bytes.equals(bytes)) {
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

  /**
   * A client has given a message up: nobody may ever know whether it was accepted.
   *
   * @param firstTriedMs by the clock of some server
   */
  void givenUp(Origin origin, long firstTriedMs) {
    world.happened(Sometimes.GIVEN_UP);
    givenUp.add(origin);
    long afterMs = world.wallMs() - firstTriedMs;
    long notBeforeMs = world.plan.limits().retryForMs() - world.clockToleranceMs();
    if (firstTriedMs == 0 || afterMs < notBeforeMs) {
      throw world.violation(
          Promise.P3,
          "given up after " + afterMs + " ms, before " + notBeforeMs + ": " + describe(origin));
    }
  }

  /** A gateway gets a message for another time. */
  void retried(UserId sender, UserId to, Send send) {
    long afterMs = world.wallMs() - send.getFirstTriedMs();
    long notAfterMs = world.plan.limits().retryForMs() + world.clockToleranceMs();
    if (afterMs > notAfterMs) {
      throw world.violation(
          Promise.P3,
          "retried after "
              + afterMs
              + " ms, when its origin may be forgotten: message "
              + send.getClientId()
              + " of "
              + name(sender)
              + " to "
              + name(to));
    }
  }

  /** A device was told that older entries have expired. */
  void tooLong(Reader reader, long retainedSinceMs) {
    expiry.tooLong(reader, lastEntry.getOrDefault(reader, 0L), retainedSinceMs);
  }

  /** A device is attached. */
  void attached(Reader reader) {
    if (!lastEntry.containsKey(reader)) {
      expiry.attachedWithoutCursor(reader);
    }
  }

  /**
   * A node lets gateways see something. What it made durable after its journal was read is lost, so
   * nobody may see it.
   */
  void shownBy(SimulatedNode node, DeliveryFrame frame) {
    Long readMs = readAtMs.get(node.id);
    if (readMs == null || !frame.hasRelay()) {
      return;
    }
    ServerFrame shown = SimulatedGateway.parse(frame.getRelay());
    for (Entry entry : shown.getDeliver().getEntriesList()) {
      // Ids of two mailboxes may be equal; both are in its journal then.
      entries.forEach(
          (place, kept) -> {
            if (place.entryId == entry.getEntryId() && kept.bytes.equals(entry.toByteString())) {
              judgeShown(node, kept, readMs);
            }
          });
    }
    if (shown.hasSent()) {
      Sent sent = shown.getSent();
      Place place =
          places.get(
              new Seen(
                  UserId.of(sent.getTo().asReadOnlyByteBuffer()),
                  MessageId.of(sent.getMessageId().asReadOnlyByteBuffer())));
      if (place != null) {
        judgeShown(node, Objects.requireNonNull(entries.get(place)), readMs);
      }
    }
  }

  private void judgeShown(SimulatedNode node, Kept kept, long readMs) {
    if (kept.atMs > readMs && kept.author.filter(node.id::equals).isPresent()) {
      throw world.violation(
          Promise.P2,
          node
              + " shows what was durable after its journal was read: "
              + describe(parse(kept.bytes)));
    }
  }

  /**
   * A node sends something to a device.
   *
   * @param isCurrent whether the node is the newest; an older one may not know yet, but then
   *     publishes nothing new
   */
  void served(Reader reader, DeliveryFrame frame, boolean isCurrent) {
    OptionalLong revokedAtMs = devices.revokedAtMs(reader);
    if (revokedAtMs.isEmpty()) {
      return;
    }
    if (frame.hasAttached() && isCurrent) {
      throw world.violation(Promise.DEVICES, "let in after it was signed out: " + reader);
    }
    if (frame.hasRelay()) {
      for (Entry entry : SimulatedGateway.parse(frame.getRelay()).getDeliver().getEntriesList()) {
        Kept kept = entries.get(new Place(reader.user, entry.getEntryId()));
        if (isCurrent || kept == null || kept.atMs > revokedAtMs.getAsLong()) {
          throw world.violation(
              Promise.DEVICES,
              "sent to " + reader + " after it was signed out: " + describe(entry));
        }
      }
    }
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
    expiry.received(reader, entriesOf(reader.user, origin).getOrDefault(entryId, 0L));
    shown(origin, message);
  }

  /**
   * A device has dropped a message since it counts as seen. A linked device counts what is far
   * below the first that it got of a stream; the copy of a message of before its link may still
   * come after that, since copies keep no order while there is no other device to get them. A gap.
   * What expired before the device came is asked for again by a home that recovers the message, and
   * dropped likewise.
   */
  void repeated(Reader reader, Origin origin, MessageId message) {
    if (!received.getOrDefault(reader, Map.of()).containsKey(origin)
        && isFor(reader, origin)
        && !mayMiss(reader, origin)) {
      Sending sending = sent.get(origin);
      boolean isCopy = reader.user.equals(origin.sender());
      if (!isCopy
          || sending == null
          || devices.isFirst(reader)
          || devices.wasLinkedBefore(reader, sending.atMs)) {
        throw world.violation(
            Promise.P2, reader + " dropped as repeated what it never got: " + describe(origin));
      }
      dropped.computeIfAbsent(reader, _ -> new HashSet<>()).add(origin);
    }
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
      if (isOpen(sending.origin)) {
        return Optional.of("not answered: " + describe(sending.origin));
      }
    }
    for (Origin origin : owed()) {
      for (Reader reader : readers) {
        if (isMissing(reader, origin)) {
          return Optional.of("not received by " + reader + ": " + describe(origin));
        }
      }
    }
    return Optional.empty();
  }

  /** A device that is signed out learns of nothing any more. */
  private boolean isOpen(Origin origin) {
    return !accepted.containsKey(origin)
        && !refused.contains(origin)
        && !givenUp.contains(origin)
        && !devices.isRevokeAsked(new Reader(origin.sender(), origin.device()));
  }

  /**
   * What everybody it is for has to get: what was accepted; and of what nobody knows the outcome
   * of, all that somebody got, or that is in the history.
   */
  private Set<Origin> owed() {
    Set<Origin> owed = new LinkedHashSet<>(accepted.keySet());
    for (Sending sending : sent.values()) {
      Origin origin = sending.origin;
      if (!accepted.containsKey(origin)
          && !refused.contains(origin)
          && (shown.containsKey(origin) || stored(origin).isPresent())) {
        owed.add(origin);
      }
    }
    return owed;
  }

  private boolean isMissing(Reader reader, Origin origin) {
    return !received.getOrDefault(reader, Map.of()).containsKey(origin)
        && isFor(reader, origin)
        && isEntitled(reader, origin)
        && !mayMiss(reader, origin)
        && !dropped.getOrDefault(reader, Set.of()).contains(origin)
        && !devices.isRevoked(reader);
  }

  /**
   * Whether this device was there in time. A message that was in the mailbox before the device was
   * linked may come again, as a copy that is made anew after a crash: it is not owed.
   */
  private boolean isEntitled(Reader reader, Origin origin) {
    Sending sending = sent.get(origin);
    if (devices.isFirst(reader)
        || (sending != null && devices.wasLinkedBefore(reader, sending.atMs))) {
      return true;
    }
    long since = devices.since(reader);
    Set<Long> entryIds = entriesOf(reader.user, origin).keySet();
    return !entryIds.isEmpty() && entryIds.stream().allMatch(entryId -> entryId > since);
  }

  private boolean mayMiss(Reader reader, Origin origin) {
    return entriesOf(reader.user, origin).entrySet().stream()
        .anyMatch(each -> expiry.mayMiss(reader, each.getKey(), each.getValue()));
  }

  private boolean wasTold(Reader reader, Origin origin) {
    return entriesOf(reader.user, origin).entrySet().stream()
        .anyMatch(each -> expiry.wasTold(reader, each.getKey(), each.getValue()));
  }

  private Map<Long, Long> entriesOf(UserId mailbox, Origin origin) {
    return copies.getOrDefault(new Copied(mailbox, origin), Map.of());
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
    for (Origin origin : owed()) {
      for (Reader reader : readers) {
        if (isMissing(reader, origin)) {
          throw world.violation(
              Promise.P2,
              (accepted.containsKey(origin) ? "accepted" : "of unknown outcome, seen or stored,")
                  + " but not received by "
                  + reader
                  + ": "
                  + describe(origin));
        }
      }
    }
    count();
    judgeOrder();
    for (Sending sending : sent.values()) {
      if (isOpen(sending.origin)) {
        throw world.violation(Promise.LIVENESS, "never answered: " + describe(sending.origin));
      }
    }
  }

  private void count() {
    for (Origin origin : givenUp) {
      world.happened(
          shown.containsKey(origin)
              ? Sometimes.GIVEN_UP_AND_DELIVERED
              : Sometimes.GIVEN_UP_AND_NOT_DELIVERED);
    }
    for (Origin origin : accepted.keySet()) {
      for (Reader reader : readers) {
        if (isFor(reader, origin)
            && !received.getOrDefault(reader, Map.of()).containsKey(origin)
            && wasTold(reader, origin)) {
          world.happened(Sometimes.EXPIRED_UNSEEN);
        }
      }
    }
  }

  /** In the history, or in a journal: entries that are not settled yet have no row. */
  private boolean isStored(Origin origin, MessageId message) {
    Optional<MessageId> stored = stored(origin);
    return stored.isPresent()
        ? stored.get().equals(message)
        : durable.getOrDefault(origin, Set.of()).contains(message);
  }

  private Optional<MessageId> stored(Origin origin) {
    return Optional.ofNullable(
        world
            .storage
            .history()
            .acceptedOrigins(
                origin.conversation(),
                origin.sender(),
                origin.device(),
                origin.clientId(),
                0,
                world.wallMs(),
                1)
            .toCompletableFuture()
            .join()
            .get(origin.clientId()));
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
