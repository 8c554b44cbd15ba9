package io.breakwater.delivery.lane;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Pong;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.Synced;
import io.breakwater.proto.client.TooLong;
import io.breakwater.proto.trunk.AttachRefused;
import io.breakwater.proto.trunk.Attached;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.MailboxStore.Page;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * Sessions, and how they are fed.
 *
 * A session has a position in its mailbox. Up to `storedTo` rows may exist, and above it everything is in the
 * tail. So a session behind `storedTo` reads a page of rows, merges the tail into it, and goes on; a session at or
 * past it, or one whose device has read up to it before, is fed from the tail and costs no read. There is no other state: a session that lags behind its window
 * is one that is not fed, and it finds its way by its position when it acknowledges.
 */
final class Sessions {
  /** A client frame is at most 128 KiB; a Deliver stays well below. */
  private static final int DELIVER_BYTES = 96 << 10;

  /** A page is not read for less room than this in the window. */
  private static final int PAGE_MIN = 32;

  /** Numbers of trunks are never used again; only recent ones can still have something waiting. */
  private static final int CLOSED_TRUNKS = 4096;

  private final LaneState state;
  private final Mailboxes mailboxes;
  private final LaneJournal journal;
  private final LaneStats stats;
  private final Consumer<Mailbox> onAcknowledged;

  /** In the order of their attachment: the same in every run. */
  private final Map<Long, Set<Session>> byTrunk = new HashMap<>();

  /**
   * The latest trunks that closed: an attach that waited for its account may come after the end.
   */
  private final Set<Long> closedTrunks = new LinkedHashSet<>();

  private final Map<Long, Session.PageRead> reads = new HashMap<>();
  private final Set<Mailbox> dirty = new LinkedHashSet<>();

  /**
   * @param onAcknowledged told when a device of a mailbox has acknowledged more
   */
  Sessions(
      LaneState state,
      Mailboxes mailboxes,
      LaneJournal journal,
      LaneStats stats,
      Consumer<Mailbox> onAcknowledged) {
    this.onAcknowledged = onAcknowledged;
    this.state = state;
    this.mailboxes = mailboxes;
    this.journal = journal;
    this.stats = stats;
  }

  /** What a device presents to attach. */
  record Claim(
      long trunk,
      long connection,
      DeviceId device,
      SecretHash token,
      long generation,
      Cursor cursor) {}

  void attach(Mailbox mailbox, Claim claim) {
    if (mailbox.account == Mailbox.Account.ABSENT) {
      // The gateway has seen a token that this cluster made: what was absent may be there by now.
      mailbox.account = Mailbox.Account.UNREAD;
    }
    mailboxes.withAccount(
        mailbox,
        new Waiting(
            0,
            () -> admit(mailbox, claim),
            () -> turnAway(claim, "the account cannot be read now")));
  }

  private void admit(Mailbox mailbox, Claim claim) {
    if (closedTrunks.contains(claim.trunk)) {
      return;
    }
    DeviceState device = mailbox.device(claim.device);
    boolean isValid = device != null && !device.revoked && device.token.equals(claim.token);
    if (!journal.isClean() || !state.mayIssue()) {
      turnAway(claim, "storage does not answer now");
      return;
    }
    if (!isValid && !journal.isSurelyHome()) {
      // A home that was replaced without knowing may not know a device that its successor linked.
      refuse(claim, Reason.UNAVAILABLE, "storage does not answer now");
      return;
    }
    if (device == null || !isValid) {
      refuse(claim, Reason.UNAUTHENTICATED, "device token: not valid (expected: a token in use)");
      return;
    }
    Session current = device.session;
    long generation = claim.generation == 0 ? state.issue() : claim.generation;
    if (current != null && generation == current.generation && claim.trunk < current.trunk) {
      // One connection attached again through a newer trunk, and the lanes served that one first.
      return;
    }
    if (current != null && generation < current.generation) {
      stats.displaced++;
      endAt(claim.trunk, claim.connection, generation, Ended.Cause.DISPLACED);
      return;
    }
    if (current != null && !current.isFrom(claim.trunk, claim.connection)) {
      stats.displaced++;
      end(current, Ended.Cause.DISPLACED);
    } else if (current != null) {
      forget(current);
    }
    Session session = new Session(mailbox, device, claim.trunk, claim.connection, generation);
    device.session = session;
    byTrunk.computeIfAbsent(claim.trunk, _ -> new LinkedHashSet<>()).add(session);
    state.effects.toTrunk(
        claim.trunk,
        DeliveryFrame.newBuilder()
            .setConnection(claim.connection)
            .setAttached(
                Attached.newBuilder()
                    .setGeneration(generation)
                    .setMailboxHead(mailbox.head)
                    .setServerTimeMs(state.wallMs)
                    .setRetryForMs(state.limits.retryForMs()))
            .build());
    begin(session, claim.cursor);
  }

  private void begin(Session session, Cursor cursor) {
    long position = cursor.getEntryId();
    if (Long.compareUnsigned(position, state.nextId()) >= 0) {
      // Nobody issued that yet: whoever holds it cannot be trusted to have anything.
      position = 0;
    }
    session.sinceMs = position == 0 ? 0 : cursor.getTimeMs();
    session.owesSynced = true;
    session.progressAtMono = state.monoMs;
    session.rewind(Math.max(position, session.device.since));
    if (cursor.getTimeMs() != 0
        && position != 0
        && state.wallMs - cursor.getTimeMs() > state.limits.mailboxTtlMs()) {
      relay(
          session,
          ServerFrame.newBuilder()
              .setTooLong(
                  TooLong.newBuilder()
                      .setRetainedSinceMs(state.wallMs - state.limits.mailboxTtlMs()))
              .build());
    }
    if (position > session.device.acked) {
      session.device.acked = position;
      onAcknowledged.accept(session.mailbox);
    }
    touch(session.mailbox);
  }

  private void turnAway(Claim claim, String detail) {
    state.effects.attachTurnedAway();
    refuse(claim, Reason.UNAVAILABLE, detail);
  }

  private void refuse(Claim claim, Reason reason, String detail) {
    int returnAfterMs = reason == Reason.UNAVAILABLE ? state.returnAfter(1_000) : 0;
    state.effects.toTrunk(
        claim.trunk,
        DeliveryFrame.newBuilder()
            .setConnection(claim.connection)
            .setAttachRefused(
                AttachRefused.newBuilder()
                    .setReason(reason)
                    .setDetail(detail)
                    .setReturnAfterMs(returnAfterMs))
            .build());
  }

  /** The session of a device on this connection; tells the gateway if there is none. */
  @Nullable Session find(Mailbox mailbox, DeviceId id, long trunk, long connection) {
    DeviceState device = mailbox.device(id);
    Session session = device == null ? null : device.session;
    if (session == null || !session.isFrom(trunk, connection)) {
      endAt(trunk, connection, 0, Ended.Cause.UNKNOWN);
      return null;
    }
    return session;
  }

  /** The session of this connection; tells the gateway if there is none. */
  @Nullable Session find(Mailbox mailbox, long trunk, long connection) {
    for (DeviceState device : mailbox.devices) {
      if (device.session != null && device.session.isFrom(trunk, connection)) {
        return device.session;
      }
    }
    endAt(trunk, connection, 0, Ended.Cause.UNKNOWN);
    return null;
  }

  /**
   * Feeds from there, once a second at most: a few bytes may ask for a whole window to be read and
   * delivered. The latest of those that come too soon is carried out when it is time.
   */
  void sync(Session session, Cursor cursor) {
    if (state.monoMs - session.syncedAtMono < LaneLimits.SYNC_PACE_MS) {
      session.syncAgain = cursor;
    } else {
      session.syncAgain = null;
      session.syncedAtMono = state.monoMs;
      begin(session, cursor);
    }
  }

  void ping(Session session) {
    relay(
        session,
        ServerFrame.newBuilder()
            .setPong(
                Pong.newBuilder()
                    .setServerTimeMs(state.wallMs)
                    .setMailboxHead(session.mailbox.head))
            .build());
  }

  /** The device has stored everything up to there. */
  void acknowledged(Session session, long entryId) {
    if (Long.compareUnsigned(entryId, state.nextId()) >= 0) {
      return;
    }
    session.device.acked = Math.max(session.device.acked, entryId);
    session.acknowledged(entryId);
    session.progressAtMono = state.monoMs;
    onAcknowledged.accept(session.mailbox);
    touch(session.mailbox);
  }

  void detach(Mailbox mailbox, DeviceId id, long generation) {
    DeviceState device = mailbox.device(id);
    if (device != null && device.session != null && device.session.generation == generation) {
      forget(device.session);
    }
  }

  void trunkClosed(long trunk) {
    closedTrunks.add(trunk);
    if (closedTrunks.size() > CLOSED_TRUNKS) {
      closedTrunks.remove(closedTrunks.iterator().next());
    }
    Set<Session> sessions = byTrunk.remove(trunk);
    if (sessions != null) {
      sessions.forEach(this::drop);
    }
  }

  void end(Session session, Ended.Cause cause) {
    forget(session);
    endAt(session.trunk, session.connection, session.generation, cause);
  }

  /** Ends those of a mailbox: another node is its home now. */
  void endAll(Mailbox mailbox) {
    for (DeviceState device : mailbox.devices) {
      if (device.session != null) {
        end(device.session, Ended.Cause.UNKNOWN);
      }
    }
  }

  /** A claim whose home is another node: its gateway attaches there. */
  void elsewhere(long trunk, long connection) {
    endAt(trunk, connection, 0, Ended.Cause.UNKNOWN);
  }

  /** It has waited for earlier owners of its shard for too long. */
  void refuseForNow(Claim claim) {
    refuse(claim, Reason.UNAVAILABLE, "the home of this user is changing");
  }

  /** Ends all: this node may not know what happens to its users. */
  void endAll() {
    List<Session> all = new ArrayList<>();
    byTrunk.values().forEach(all::addAll);
    all.forEach(session -> end(session, Ended.Cause.UNKNOWN));
  }

  private void endAt(long trunk, long connection, long generation, Ended.Cause cause) {
    state.effects.toTrunk(trunk, Answers.ended(connection, generation, cause));
  }

  private void forget(Session session) {
    Set<Session> sessions = byTrunk.get(session.trunk);
    if (sessions != null) {
      sessions.remove(session);
    }
    drop(session);
  }

  private void drop(Session session) {
    // What it still reads is for nobody, and must not say where there are no rows.
    session.page = null;
    // Remove only itself: a newer session of the device may have taken its place.
    if (session.device.session == session) {
      session.device.session = null;
    }
  }

  int count() {
    int count = 0;
    for (Set<Session> sessions : byTrunk.values()) {
      count += sessions.size();
    }
    return count;
  }

  /** A device counts no more: what only it had not acknowledged may be settled. */
  void deviceGone(Mailbox mailbox) {
    onAcknowledged.accept(mailbox);
    touch(mailbox);
  }

  /** The sessions of this mailbox are to be fed at the end of this batch of inputs. */
  void touch(Mailbox mailbox) {
    if (!mailbox.dirty) {
      mailbox.dirty = true;
      dirty.add(mailbox);
    }
  }

  void flush() {
    while (!dirty.isEmpty()) {
      Iterator<Mailbox> first = dirty.iterator();
      Mailbox mailbox = first.next();
      first.remove();
      mailbox.dirty = false;
      for (DeviceState device : mailbox.devices) {
        if (device.session != null) {
          feed(device.session);
        }
      }
    }
  }

  private void feed(Session session) {
    if (session.page != null) {
      return;
    }
    if (!state.effects.hasRoom(session.trunk)) {
      session.stalled = true;
      stats.heldBack++;
      return;
    }
    Mailbox mailbox = session.mailbox;
    if (session.device.mayHaveRowsAfter(session.position, mailbox.storedTo)) {
      readPage(session);
      return;
    }
    Outgoing outgoing = new Outgoing(session);
    var next = mailbox.tail.higherEntry(session.position);
    while (next != null && next.getValue().published) {
      if (!outgoing.offer(next.getKey(), next.getValue().bytes())) {
        outgoing.send();
        return;
      }
      next = mailbox.tail.higherEntry(next.getKey());
    }
    outgoing.send();
    sayInSync(session);
  }

  private void readPage(Session session) {
    int window = session.windowEntries(state.limits);
    int room = window - session.unacked.size();
    if (room < Math.min(PAGE_MIN, window) || session.unackedBytes >= state.limits.windowBytes()) {
      return;
    }
    long ticket = state.ticket();
    Session.PageRead page = new Session.PageRead(session);
    session.page = page;
    reads.put(ticket, page);
    stats.mailboxReads++;
    state.effects.readMailbox(
        ticket, session.mailbox.user, session.position, session.sinceMs, room);
  }

  /** Whether the ticket was for a page of a mailbox. */
  boolean pageRead(long ticket, Page page) {
    Session.PageRead read = reads.remove(ticket);
    if (read == null) {
      return false;
    }
    Session session = read.session;
    long lastRow = page.rows().isEmpty() ? read.after : page.rows().getLast().entryId();
    session.mailbox.head = Math.max(session.mailbox.head, page.rows().isEmpty() ? 0 : lastRow);
    if (session.page == read) {
      session.page = null;
      if (read.isSuperseded()) {
        touch(session.mailbox);
      } else {
        if (page.coveredTo() == Long.MAX_VALUE && read.missedNothing()) {
          session.device.caughtUp(lastRow, read.coveredTo());
        }
        merge(session, page.rows(), Math.min(page.coveredTo(), read.coveredTo()));
      }
    }
    return true;
  }

  /** Whether the ticket was for a page of a mailbox. The session is fed again at the next tick. */
  boolean pageFailed(long ticket) {
    Session.PageRead read = reads.remove(ticket);
    if (read == null) {
      return false;
    }
    if (read.session.page == read) {
      read.session.page = null;
      read.session.stalled = true;
    }
    return true;
  }

  /** Feeds rows and tail, in order, up to an entry below which nothing else can be. */
  private void merge(Session session, List<MailboxRow> rows, long coveredTo) {
    Outgoing outgoing = new Outgoing(session);
    Iterator<MailboxRow> stored = rows.iterator();
    MailboxRow row = nextAfter(stored, session.position);
    while (true) {
      var fromTail = session.mailbox.tail.higherEntry(session.position);
      long tailId = fromTail == null ? Long.MAX_VALUE : fromTail.getKey();
      long rowId = row == null ? Long.MAX_VALUE : row.entryId();
      if (tailId <= rowId && tailId <= coveredTo && fromTail != null) {
        if (!fromTail.getValue().published
            || !outgoing.offer(tailId, fromTail.getValue().bytes())) {
          break;
        }
        row = rowId == tailId ? nextAfter(stored, tailId) : row;
      } else if (row != null && rowId <= coveredTo) {
        if (!outgoing.offer(rowId, UnsafeByteOperations.unsafeWrap(row.entry().duplicate()))) {
          break;
        }
        row = nextAfter(stored, rowId);
      } else {
        session.position = Math.max(session.position, coveredTo);
        touch(session.mailbox);
        break;
      }
    }
    outgoing.send();
  }

  private static @Nullable MailboxRow nextAfter(Iterator<MailboxRow> rows, long position) {
    while (rows.hasNext()) {
      MailboxRow row = rows.next();
      if (row.entryId() > position) {
        return row;
      }
    }
    return null;
  }

  private void sayInSync(Session session) {
    if (session.owesSynced) {
      session.owesSynced = false;
      relay(
          session,
          ServerFrame.newBuilder()
              .setSynced(Synced.newBuilder().setMailboxHead(session.mailbox.head))
              .build());
    }
  }

  private void relay(Session session, ServerFrame frame) {
    state.effects.toTrunk(session.trunk, Answers.relay(session.connection, frame));
  }

  /** Delivers again what is not acknowledged, and feeds what could not be fed. */
  void tick() {
    for (Set<Session> sessions : byTrunk.values()) {
      for (Session session : sessions) {
        if (session.stalled) {
          session.stalled = false;
          touch(session.mailbox);
        }
        if (session.syncAgain != null) {
          sync(session, session.syncAgain);
        }
        if (!session.unacked.isEmpty()
            && state.monoMs - session.progressAtMono >= session.patienceMs(state.limits)) {
          stats.redeliveries++;
          session.redeliveries++;
          session.progressAtMono = state.monoMs;
          session.rewind(Math.max(session.device.acked, session.device.since));
          touch(session.mailbox);
        }
      }
    }
  }

  /** The entries of one session in this batch, within its window, as few frames as fit. */
  private final class Outgoing {
    private final Session session;
    private final List<ByteString> entries = new ArrayList<>();
    private int bytes;

    Outgoing(Session session) {
      this.session = session;
    }

    boolean offer(long id, ByteString entry) {
      if (session.unacked.size() >= session.windowEntries(state.limits)
          || (session.unackedBytes > 0
              && session.unackedBytes + entry.size() > state.limits.windowBytes())) {
        return false;
      }
      if (bytes + entry.size() > DELIVER_BYTES) {
        send();
      }
      if (session.unacked.isEmpty()) {
        session.progressAtMono = state.monoMs;
      }
      session.delivered(id, entry.size());
      entries.add(entry);
      bytes += entry.size() + 8;
      stats.delivered++;
      return true;
    }

    void send() {
      if (!entries.isEmpty()) {
        state.effects.toTrunk(session.trunk, Answers.deliver(session.connection, entries));
        entries.clear();
        bytes = 0;
      }
    }
  }
}
