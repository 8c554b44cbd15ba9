package io.breakwater.delivery.lane;

import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.UserId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The soft state of one user at its home. */
final class Mailbox {
  /** What is known of the account. */
  enum Account {
    UNREAD,
    READING,
    THERE,
    ABSENT
  }

  final UserId user;
  private final LaneState state;
  Account account = Account.UNREAD;
  List<DeviceState> devices = List.of();

  /**
   * Unsettled entries by id; those that are not published yet come last, but for recovered ones.
   */
  final TreeMap<Long, TailEntry> tail = new TreeMap<>();

  /** Highest published entry that is known here. */
  long head;

  /**
   * Rows may exist up to this entry id and do not above it: a session behind it has to read
   * storage.
   */
  long storedTo;

  /** Highest message id met, per conversation; the least recently used are forgotten. */
  private final LinkedHashMap<ConversationId, MessageId> highest =
      new LinkedHashMap<>(2, 0.75f, true);

  /** Entries up to here that were in the tail are known to be acknowledged by all. */
  long settledTo;

  /** Inputs that wait for the devices to be read. */
  final Waitlist waiting;

  /** Sessions are to be fed at the end of this batch of inputs. */
  boolean dirty;

  /** Another node is its home now; what is left here is being handed off. */
  boolean isLost;

  /** Writes of device rows under way. */
  int deviceChanges;

  /** Number of the latest read of its devices; what an earlier one finds does not count. */
  int reads;

  long touchedAtMono;
  long accountReadAtMono;

  Mailbox(UserId user, LaneState state) {
    this.user = user;
    this.state = state;
    this.waiting = new Waitlist(state);
    // Whatever was issued before now may have a row that this object knows nothing of.
    this.storedTo = state.nextId() - 1;
  }

  /** It was another node's until now, which issued ids below the next one of this lane. */
  void gained() {
    stored(state.nextId() - 1);
  }

  @Nullable DeviceState device(DeviceId id) {
    for (DeviceState device : devices) {
      if (device.id.equals(id)) {
        return device;
      }
    }
    return null;
  }

  void add(DeviceState device) {
    List<DeviceState> more = new ArrayList<>(devices);
    more.add(device);
    devices = more;
  }

  /**
   * Everything up to this entry id is acknowledged by every device that counts; none counts:
   * everything.
   */
  long acknowledgedByAll() {
    if (account != Account.THERE) {
      return Long.MIN_VALUE;
    }
    long lowest = Long.MAX_VALUE;
    long highest = Long.MIN_VALUE;
    for (DeviceState device : devices) {
      if (!device.revoked) {
        lowest = Math.min(lowest, device.acked);
        highest = Math.max(highest, device.acked);
      }
    }
    return state.keeps(Rule.EVERY_DEVICE) ? lowest : highest;
  }

  /** An entry has left the tail for its row: who is behind it has to read. */
  void stored(long entryId) {
    storedTo = Math.max(storedTo, entryId);
    for (DeviceState device : devices) {
      device.stored(entryId);
    }
  }

  boolean hasSessions() {
    for (DeviceState device : devices) {
      if (device.session != null) {
        return true;
      }
    }
    return false;
  }

  int activeDevices() {
    int active = 0;
    for (DeviceState device : devices) {
      active += device.revoked ? 0 : 1;
    }
    return active;
  }

  MessageId highestIn(ConversationId conversation) {
    return highest.getOrDefault(conversation, MessageId.NONE);
  }

  void met(ConversationId conversation, MessageId message) {
    highest.merge(conversation, message, (a, b) -> a.isAfter(b) ? a : b);
    if (highest.size() > LaneLimits.CONVERSATIONS) {
      state.forget(highest.pollFirstEntry().getValue());
    }
  }

  /** Later ids come after those of all its conversations, whatever becomes of it. */
  void forgetConversations() {
    highest.values().forEach(state::forget);
    highest.clear();
  }
}
