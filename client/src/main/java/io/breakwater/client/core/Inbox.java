package io.breakwater.client.core;

import io.breakwater.client.core.Origin.Stream;
import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Sync;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What arrives: entries are taken in mailbox order, each once; messages are handed over once per
 * origin; what is stored is acknowledged, at once when little arrives, otherwise per {@value
 * #ACK_ENTRIES} entries or {@value #ACK_MS} ms.
 *
 * <p>Knows at most {@value #MAX_STREAMS} streams; beyond, the one that was quiet longest is
 * forgotten (a repetition follows its original within the time that a sender retries, so that quiet
 * streams have none).
 */
final class Inbox {
  static final int MAX_STREAMS = 65_536;
  private static final int ACK_ENTRIES = 32;
  private static final int ACK_MS = 50;
  private static final long SYNC_AFTER_MS = 2_000;

  private final Credentials self;
  private final Pending pending;
  private final Conversations conversations;
  private final Link link;

  /** Quiet for longest first. */
  private final Map<Stream, Seen> streams = new LinkedHashMap<>();

  /** The last entry that was handed over. */
  private Position handed;

  /** The last entry that the application has stored; at most {@link #handed}. */
  private Position stored;

  private long entriesToAck;
  private boolean ackDue;
  private long ackedAtMs;

  private long head;
  private long arrivedAtMs;
  private long syncAtMs = Link.NEVER;
  private boolean caughtUp;

  private long received;
  private long repeated;
  private long redelivered;

  Inbox(
      Credentials self, Position cursor, Pending pending, Conversations conversations, Link link) {
    this.self = self;
    this.pending = pending;
    this.conversations = conversations;
    this.link = link;
    handed = cursor;
    stored = cursor;
  }

  void restore(Seen seen) {
    streams.put(seen.stream(), seen);
  }

  Position stored() {
    return stored;
  }

  void welcomed(long mailboxHead, long nowMs) {
    ackDue = false;
    entriesToAck = 0;
    caughtUp = false;
    // Whatever the head, Synced follows: a home that has just started does not know the head yet.
    heardHead(mailboxHead, nowMs);
  }

  /** The server says where the mailbox ends; what does not arrive is asked for. */
  void heardHead(long mailboxHead, long nowMs) {
    head = mailboxHead;
    syncAtMs = handed.isBefore(mailboxHead) ? nowMs + SYNC_AFTER_MS : Link.NEVER;
  }

  void synced() {
    caughtUp();
  }

  private void caughtUp() {
    if (!caughtUp) {
      caughtUp = true;
      pending.notify(new Event.CaughtUp());
    }
  }

  void deliver(Deliver frame, long nowMs) {
    arrivedAtMs = nowMs;
    boolean moved = false;
    for (Entry entry : frame.getEntriesList()) {
      if (handed.isBefore(entry.getEntryId())) {
        take(entry);
        handed = new Position(entry.getEntryId(), entry.getTimeMs());
        entriesToAck++;
        moved = true;
      } else {
        redelivered++;
        ackDue = true;
      }
    }
    if (moved) {
      pending.cursor(handed);
    }
    ackIfDue(nowMs);
  }

  private void take(Entry entry) {
    switch (entry.getBodyCase()) {
      case MESSAGE -> take(entry, entry.getMessage());
      case LINKED -> linked(entry.getLinked().getDevice());
      case REVOKED -> pending.notify(new Event.DeviceRemoved(entry.getRevoked().getDevice()));
      case BODY_NOT_SET -> {
        // Of a later version of the protocol; this version has nothing to show for it.
      }
    }
  }

  /** That it was linked itself is no news to a device. */
  private void linked(int device) {
    if (device != self.device()) {
      pending.notify(new Event.DeviceAdded(device));
    }
  }

  private void take(Entry entry, Message message) {
    UserId sender = UserId.of(message.getSender());
    UserId to = UserId.of(message.getTo());
    MessageId messageId = MessageId.of(message.getMessageId());
    Stream stream =
        new Stream(sender, message.getSenderDevice(), ConversationId.of(message.getConversation()));
    Origin origin = new Origin(stream, message.getClientId());
    boolean own = sender.equals(self.user());
    conversations.saw(own ? to : sender, messageId);
    if (own && message.getSenderDevice() == self.device() && !to.equals(sender)) {
      // The copy for this user's other devices.
      return;
    }
    Seen before = streams.getOrDefault(stream, Seen.nothingOf(stream));
    if (before.contains(message.getClientId())) {
      repeated++;
      pending.notify(new Event.Repeated(origin, messageId));
      return;
    }
    received++;
    saw(before.with(message.getClientId()));
    pending.received(
        new ReceivedMessage(
            entry.getEntryId(), entry.getTimeMs(), messageId, origin, to, message.getPayload()));
  }

  private void saw(Seen seen) {
    streams.remove(seen.stream());
    streams.put(seen.stream(), seen);
    pending.seen(seen);
    if (streams.size() > MAX_STREAMS) {
      Stream quietest = streams.keySet().iterator().next();
      streams.remove(quietest);
      pending.forgotten(quietest);
    }
  }

  void stored(Position cursor, long nowMs) {
    if (Long.compareUnsigned(cursor.entryId(), handed.entryId()) > 0) {
      throw new IllegalArgumentException(
          "stored entry: "
              + Long.toUnsignedString(cursor.entryId())
              + " (expected: at most "
              + Long.toUnsignedString(handed.entryId())
              + ", the last that was handed over)");
    }
    if (stored.isBefore(cursor.entryId())) {
      stored = cursor;
      ackDue = true;
      ackIfDue(nowMs);
    }
  }

  private void ackIfDue(long nowMs) {
    if (entriesToAck >= ACK_ENTRIES || nowMs - ackedAtMs >= ACK_MS) {
      ackNow(nowMs);
    }
  }

  /** Acknowledges what is stored and not acknowledged yet. */
  void ackNow(long nowMs) {
    if (ackDue && link.isUp() && stored.entryId() != 0) {
      ackDue = false;
      entriesToAck = 0;
      ackedAtMs = nowMs;
      link.transmit(
          ClientFrame.newBuilder().setAck(Ack.newBuilder().setCursor(stored.toCursor())).build());
    }
  }

  void tick(long nowMs) {
    if (!link.isUp()) {
      return;
    }
    ackIfDue(nowMs);
    if (nowMs >= syncAtMs) {
      syncIfBehind(nowMs);
    }
  }

  private void syncIfBehind(long nowMs) {
    if (!handed.isBefore(head)) {
      syncAtMs = Link.NEVER;
    } else if (nowMs - arrivedAtMs < SYNC_AFTER_MS) {
      syncAtMs = arrivedAtMs + SYNC_AFTER_MS;
    } else {
      syncAtMs = Link.NEVER;
      link.transmit(
          ClientFrame.newBuilder().setSync(Sync.newBuilder().setCursor(stored.toCursor())).build());
    }
  }

  long wakeUpMs() {
    if (!link.isUp()) {
      return Link.NEVER;
    }
    return ackDue && stored.entryId() != 0 ? Math.min(syncAtMs, ackedAtMs + ACK_MS) : syncAtMs;
  }

  long received() {
    return received;
  }

  long repeated() {
    return repeated;
  }

  long redelivered() {
    return redelivered;
  }
}
