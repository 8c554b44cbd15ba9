package io.breakwater.delivery.lane;

import io.breakwater.proto.client.Cursor;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The attachment of a device to its home. At most one per device: the newest generation. */
final class Session {
  /** A read of rows that is under way. */
  static final class PageRead {
    final Session session;
    final long after;

    /** Up to here every entry is in what was read, or in the tail still. */
    private long coveredTo;

    private boolean missed;

    /** The session is to go on from elsewhere: what comes of this read is not for it any more. */
    private boolean superseded;

    PageRead(Session session) {
      this.session = session;
      after = session.position;
      coveredTo = session.mailbox.storedTo;
    }

    /** An entry has left the tail for a row that this read may have missed. */
    void stored(long entryId) {
      if (entryId > after) {
        coveredTo = Math.min(coveredTo, entryId - 1);
        missed = true;
      }
    }

    long coveredTo() {
      return coveredTo;
    }

    boolean missedNothing() {
      return !missed;
    }

    boolean isSuperseded() {
      return superseded;
    }
  }

  /** An entry that was delivered and is not acknowledged. */
  record Unacked(long id, int bytes) {}

  final Mailbox mailbox;
  final DeviceState device;
  final long trunk;
  final long connection;
  final long generation;

  /** Delivered up to here. */
  long position;

  /** Only buckets of this time or later are looked at for what was missed; 0: all. */
  long sinceMs;

  /** The read under way: one at most, wherever the session goes on from meanwhile. */
  @Nullable PageRead page;

  /** When its device last asked to be synced. */
  long syncedAtMono = Long.MIN_VALUE / 2;

  /** It asked again too soon: from where, at the next tick that is late enough. */
  @Nullable Cursor syncAgain;

  /** A read failed, or its trunk is full: to be fed again at the next tick. */
  boolean stalled;

  /** The client waits to be told that it has everything. */
  boolean owesSynced = true;

  long progressAtMono;

  /** How often in a row it was delivered the same again. */
  int redeliveries;

  final ArrayDeque<Unacked> unacked = new ArrayDeque<>(4);
  int unackedBytes;

  Session(Mailbox mailbox, DeviceState device, long trunk, long connection, long generation) {
    this.mailbox = mailbox;
    this.device = device;
    this.trunk = trunk;
    this.connection = connection;
    this.generation = generation;
  }

  void delivered(long id, int bytes) {
    unacked.add(new Unacked(id, bytes));
    unackedBytes += bytes;
    position = id;
  }

  void acknowledged(long id) {
    for (Unacked first = unacked.peek();
        first != null && first.id() <= id;
        first = unacked.peek()) {
      unacked.remove();
      unackedBytes -= first.bytes();
      redeliveries = 0;
    }
    // After a redelivery it may acknowledge what it was sent before that.
    position = Math.max(position, id);
  }

  /** How long it may take to acknowledge, ms: twice as long after each redelivery. */
  long patienceMs(LaneLimits limits) {
    return limits.redeliverMs() << Math.min(redeliveries, LaneLimits.REDELIVER_DOUBLINGS);
  }

  /** A session that did not acknowledge is sent little until it does. */
  int windowEntries(LaneLimits limits) {
    return redeliveries == 0
        ? limits.windowEntries()
        : Math.min(limits.windowEntries(), LaneLimits.PROBE_ENTRIES);
  }

  /** Deliver everything after this entry (again). */
  void rewind(long to) {
    position = to;
    if (page != null) {
      page.superseded = true;
    }
    unacked.clear();
    unackedBytes = 0;
  }

  boolean isFrom(long trunk, long connection) {
    return this.trunk == trunk && this.connection == connection;
  }
}
