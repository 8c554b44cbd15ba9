package io.breakwater.delivery.lane;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.journal.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;

/** Accepts messages at the home of their recipient, and copies at the home of their sender. */
final class Sends {
  /** The largest payload that a client may send; what is larger no client could read. */
  private static final int MAX_PAYLOAD_BYTES = 65_536;

  /** One attempt to send a message. */
  private record Request(
      UserId to,
      UserId sender,
      DeviceId device,
      Send send,
      MessageId after,
      TailEntry.Attempt attempt) {}

  private final LaneState state;
  private final Shards shards;
  private final Mailboxes mailboxes;
  private final Origins origins;
  private final Tail tail;
  private final LaneJournal journal;
  private final Settling settling;
  private final LaneStats stats;
  private final Map<Long, Origins.Stream> lookups = new HashMap<>();

  Sends(
      LaneState state,
      Shards shards,
      Mailboxes mailboxes,
      Origins origins,
      Tail tail,
      LaneJournal journal,
      Settling settling,
      LaneStats stats) {
    this.state = state;
    this.shards = shards;
    this.mailboxes = mailboxes;
    this.origins = origins;
    this.tail = tail;
    this.journal = journal;
    this.settling = settling;
    this.stats = stats;
  }

  /**
   * A message may have to wait for a read, so that whatever is wrong with it is found now.
   *
   * @throws IllegalArgumentException if a gateway should have refused it
   */
  void send(UserId to, UserId sender, DeviceId device, Send send, TailEntry.Attempt attempt) {
    check(send);
    Request request = new Request(to, sender, device, send, after(send), attempt);
    if (send.getRetry()) {
      stats.retries++;
    }
    mailboxes.withAccount(
        mailboxes.of(to),
        new Waiting(
            send.getSerializedSize(),
            () -> addressed(request),
            () -> refuseForNow(request, Reason.UNAVAILABLE, 1_000)));
  }

  private void addressed(Request request) {
    if (mailboxes.of(request.to).account == Mailbox.Account.ABSENT) {
      refuseForGood(request, Reason.NOT_FOUND);
      return;
    }
    long aheadMs = request.after.timeMs() - state.latestWallMs - LaneLimits.AFTER_AHEAD_MS;
    if (aheadMs > 0) {
      // Not for good: a clock that was ahead and was set back leaves honest ids behind.
      refuseForNow(
          request, Reason.AFTER_AHEAD, (int) Math.clamp(aheadMs, 1_000, LaneLimits.AHEAD_AGAIN_MS));
    } else {
      identify(request, streamOf(request));
    }
  }

  private Origins.Stream streamOf(Request request) {
    return origins.stream(
        request.to,
        ConversationId.direct(request.sender, request.to),
        request.sender,
        request.device);
  }

  /**
   * Looks at what no account is needed for.
   *
   * @throws IllegalArgumentException if a gateway should have refused it
   */
  static void check(Send send) {
    if (send.getClientId() < 1 || send.getPrev() < 0 || send.getPrev() >= send.getClientId()) {
      throw new IllegalArgumentException(
          "client id: "
              + send.getClientId()
              + " after "
              + send.getPrev()
              + " (expected: from 1 on, and after a lower one)");
    }
    if (send.getPayload().size() > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "payload size: "
              + send.getPayload().size()
              + " bytes (expected: at most "
              + MAX_PAYLOAD_BYTES
              + ')');
    }
    var _ = after(send);
  }

  private static MessageId after(Send send) {
    ByteString after = send.getAfter();
    return after.isEmpty() ? MessageId.NONE : MessageId.of(after.asReadOnlyByteBuffer());
  }

  /** Whether memory knows the origin; if it cannot tell, the origin rows can. */
  private void identify(Request request, Origins.Stream stream) {
    if (stream.lookingFrom != 0) {
      enqueue(request, stream);
      return;
    }
    long clientId = request.send.getClientId();
    Origins.Known known = state.keeps(Rule.DEDUPE) ? stream.known(clientId) : null;
    if (known != null) {
      answerKnown(request, known);
    } else if (!state.keeps(Rule.DEDUPE)) {
      accept(request, stream);
    } else if (clientId >= stream.knownFrom || (isSurelyNew(request) && stream.isEmpty())) {
      placeAfterPredecessor(request, stream);
    } else {
      lookUp(request, stream);
    }
  }

  /**
   * Whether no later attempt of this message can have been accepted and forgotten. A gateway may
   * stall and pass a first transmission on when its retry has long come another way: then it is
   * older than this home, or than what this lane may have forgotten.
   */
  private boolean isSurelyNew(Request request) {
    Send send = request.send;
    return !send.getRetry()
        && send.getFirstTriedMs() > shards.beganMs(request.to) + LaneLimits.CLOCKS_APART_MS
        && send.getFirstTriedMs() > state.wallMs - LaneLimits.FORGET_AFTER_MS;
  }

  private boolean enqueue(Request request, Origins.Stream stream) {
    return stream.waiting.offer(
        new Waiting(
            request.send.getSerializedSize(),
            () -> identify(request, stream),
            () -> refuseForNow(request, Reason.UNAVAILABLE, 1_000)));
  }

  private void lookUp(Request request, Origins.Stream stream) {
    if (!enqueue(request, stream)) {
      return;
    }
    stream.lookingFrom = request.send.getClientId();
    // What its sender gave up is not named by it, and may have been accepted all the same.
    long from = Math.max(1, stream.lookingFrom - LaneLimits.ORIGINS_BEFORE);
    readOrigins(stream, from, request.send.getFirstTriedMs());
  }

  private void readOrigins(Origins.Stream stream, long from, long firstTriedMs) {
    long ticket = state.ticket();
    lookups.put(ticket, stream);
    stats.originLookups++;
    state.effects.readOrigins(
        ticket,
        stream.conversation,
        stream.sender,
        stream.device,
        from,
        Math.max(firstTriedMs, state.wallMs - state.limits.retryForMs()) - 60_000,
        LaneLimits.KNOWN_ORIGINS);
  }

  /** Whether the ticket was for a lookup of origins. */
  boolean originsRead(long ticket, NavigableMap<Long, MessageId> rows) {
    Origins.Stream stream = lookups.remove(ticket);
    if (stream == null) {
      return false;
    }
    if (rows.size() >= LaneLimits.KNOWN_ORIGINS && rows.lastKey() + 1 < stream.knownFrom) {
      // Further back than a client that keeps the rules can ask.
      stream.lookingFrom = 0;
      stream.waiting.failed();
      return true;
    }
    stream.found(stream.lookingFrom, rows);
    stream.knownFrom = Math.min(stream.knownFrom, stream.lookingFrom);
    stream.lookingFrom = 0;
    stream.waiting.ready();
    return true;
  }

  /**
   * Whether the ticket was for a lookup of origins. What waits for it is refused: it may come
   * again.
   */
  boolean lookupFailed(long ticket) {
    Origins.Stream stream = lookups.remove(ticket);
    if (stream == null) {
      return false;
    }
    stream.lookingFrom = 0;
    stream.waiting.failed();
    return true;
  }

  private void answerKnown(Request request, Origins.Known known) {
    if (known.isFromRow) {
      stats.duplicatesFromRows++;
    } else {
      stats.duplicates++;
    }
    if (known.entry != null && !known.entry.published) {
      if (!known.entry.await(request.attempt)) {
        ended(request.attempt);
      }
    } else {
      answer(request.attempt, Answers.sent(request.to, request.send.getClientId(), known.message));
    }
  }

  /**
   * A message comes after the one that its sender sent before it, or not at all; nor does it come
   * after one that its sender sent later. A gateway may stall and pass it on when its sender has
   * given it up and gone on.
   */
  private void placeAfterPredecessor(Request request, Origins.Stream stream) {
    long prev = request.send.getPrev();
    if (stream.hasLater(request.send.getClientId())) {
      refuseForGood(request, Reason.TIMED_OUT);
    } else if (prev != 0 && stream.known(prev) == null) {
      answer(request.attempt, Answers.resendFrom(request.to, request.send.getClientId(), prev));
      stats.resends++;
    } else {
      accept(request, stream);
    }
  }

  private void accept(Request request, Origins.Stream stream) {
    if (journal.isStalled() || !journal.isClean() || !state.mayIssue()) {
      countTurnedAway(request.attempt);
      refuseForNow(request, Reason.UNAVAILABLE, 1_000);
      return;
    }
    if (!tail.hasRoomForSend(request.sender)) {
      if (tail.isFullForSends()) {
        countTurnedAway(request.attempt);
      }
      refuseForNow(request, Reason.OVERLOADED, 2_000);
      return;
    }
    Mailbox mailbox = mailboxes.of(request.to);
    long clientId = request.send.getClientId();
    Origins.Known predecessor = stream.before(clientId);
    MessageId floor = highest(request.after, mailbox.highestIn(stream.conversation));
    if (predecessor != null) {
      floor = highest(floor, predecessor.message);
    }
    MessageId message = state.messageId(request.to, floor);
    Origin origin = new Origin(request.sender, request.device, stream.conversation, clientId);
    TailEntry entry =
        entry(
            mailbox,
            Kind.DIRECT,
            Message.newBuilder()
                .setMessageId(Answers.bytes(message))
                .setConversation(UnsafeByteOperations.unsafeWrap(stream.conversation.bytes()))
                .setSender(Answers.bytes(request.sender))
                .setSenderDevice(request.device.value())
                .setClientId(clientId)
                .setTo(Answers.bytes(request.to))
                .setPayload(request.send.getPayload())
                .build(),
            state.wallMs,
            new TailEntry.Identity(origin, message));
    entry.await(request.attempt);
    stream.accepted(clientId, new Origins.Known(message, entry));
    mailbox.met(stream.conversation, message);
    tail.add(entry);
    journal.add(entry);
    stats.accepted++;
  }

  /** Not what a client can bring about by itself: then it could hold back others. */
  private void countTurnedAway(TailEntry.Attempt attempt) {
    if (attempt.isMeasured()) {
      state.effects.sendTurnedAway(state.monoMs - attempt.arrivedMono());
    }
  }

  private TailEntry entry(
      Mailbox mailbox, Kind kind, Message message, long timeMs, TailEntry.Identity identity) {
    long id = state.issue();
    ByteString bytes =
        Entry.newBuilder()
            .setEntryId(id)
            .setTimeMs(timeMs)
            .setMessage(message)
            .build()
            .toByteString();
    return new TailEntry(mailbox, id, timeMs, kind, bytes, identity);
  }

  private static MessageId highest(MessageId a, MessageId b) {
    return a.isAfter(b) ? a : b;
  }

  /**
   * A copy for the sender's other devices. Not answered if it cannot be taken now: it is asked for
   * again.
   */
  void copy(Copy copy) {
    Mailbox mailbox = mailboxes.of(copy.sender());
    mailboxes.withAccount(
        mailbox, new Waiting(copy.entry().size(), () -> takeCopy(copy, mailbox), () -> {}));
  }

  private void takeCopy(Copy copy, Mailbox mailbox) {
    ConversationId conversation = copy.origin().conversation();
    mailbox.met(conversation, copy.message());
    if (copy.sender().equals(copy.recipient()) || !hasOtherDevices(mailbox, copy.device())) {
      // A successor may know of a device that was linked since. Not answered, it is asked again.
      if (journal.isSurelyHome()) {
        state.effects.copyTaken(copy.recipient(), copy.entryId());
      }
      return;
    }
    Origins.Stream stream =
        origins.stream(mailbox.user, conversation, copy.sender(), copy.device());
    Origins.Known known = stream.known(copy.origin().clientId());
    if (known != null) {
      if (known.entry == null || known.entry.published) {
        state.effects.copyTaken(copy.recipient(), copy.entryId());
      }
      return;
    }
    boolean isEarly = copy.after() != 0 && stream.known(copy.after()) == null;
    if (isEarly || journal.isStalled() || !journal.isClean() || !state.mayIssue()) {
      return;
    }
    if (tail.hasRoomForLeaf()) {
      TailEntry leaf = leaf(copy, mailbox, stream);
      tail.add(leaf);
      journal.add(leaf);
    } else if (settling.hasRoom()) {
      settling.writeDirectly(leaf(copy, mailbox, stream));
    }
  }

  private TailEntry leaf(Copy copy, Mailbox mailbox, Origins.Stream stream) {
    TailEntry.Identity identity = new TailEntry.Identity(copy.origin(), copy.message());
    TailEntry leaf = entry(mailbox, Kind.COPY, message(copy), state.wallMs, identity);
    leaf.copyAnswer = copy;
    stream.accepted(copy.origin().clientId(), new Origins.Known(copy.message(), leaf));
    return leaf;
  }

  private static Message message(Copy copy) {
    try {
      return Entry.parseFrom(copy.entry()).getMessage();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("an entry that this process encoded or recovery parsed", e);
    }
  }

  private static boolean hasOtherDevices(Mailbox mailbox, DeviceId sender) {
    for (DeviceState device : mailbox.devices) {
      if (!device.revoked && !device.id.equals(sender)) {
        return true;
      }
    }
    return false;
  }

  /** Unless this home may have been replaced: then its successor knows better. */
  private void refuseForGood(Request request, Reason reason) {
    if (!journal.isSurelyHome()) {
      refuseForNow(request, Reason.UNAVAILABLE, 1_000);
      return;
    }
    stats.refused++;
    answer(request.attempt, Answers.refusedForGood(request.to, request.send.getClientId(), reason));
  }

  /** It has waited for earlier owners of its shard for too long. */
  void refuseForNow(UserId to, Send send, TailEntry.Attempt attempt) {
    stats.refused++;
    answer(
        attempt,
        Answers.refusedForNow(
            to, send.getClientId(), Reason.UNAVAILABLE, state.returnAfter(1_000)));
  }

  private void refuseForNow(Request request, Reason reason, int returnAfterMs) {
    stats.refused++;
    answer(
        request.attempt,
        Answers.refusedForNow(
            request.to, request.send.getClientId(), reason, state.returnAfter(returnAfterMs)));
  }

  void answer(TailEntry.Attempt attempt, ServerFrame frame) {
    ended(attempt);
    state.effects.toTrunk(attempt.trunk(), Answers.relay(attempt.connection(), frame));
  }

  /** So many more attempts, or fewer, wait for earlier owners. */
  void awaitsHome(TailEntry.Attempt attempt, int more) {
    if (attempt.isMeasured()) {
      state.sendsAwaitingHome = Math.max(0, state.sendsAwaitingHome + more);
    }
  }

  /** Nothing more is owed for an attempt. */
  void ended(TailEntry.Attempt attempt) {
    if (attempt.isMeasured() && state.sendsUnderWay > 0) {
      state.sendsUnderWay--;
    }
  }
}
