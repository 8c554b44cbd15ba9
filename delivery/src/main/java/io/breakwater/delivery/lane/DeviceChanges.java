package io.breakwater.delivery.lane;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.DeviceChange;
import io.breakwater.proto.client.DeviceLinked;
import io.breakwater.proto.client.DeviceRevoked;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.journal.Kind;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.storage.AccountStore.Device;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Links and revokes devices. The device row is written first and is what counts; then an entry
 * tells the other devices. Entries issued after the request are for the new device too: it counts
 * from then on, so that nothing is settled without it while its row is on its way.
 *
 * <p>While a row is on its way the mailbox may be lost and taken back, and its devices read again:
 * what was found then may be from before the write. So when the write is done, what counts is the
 * device that the mailbox has by then, not the one that was asked about.
 */
final class DeviceChanges {
  private record Change(Mailbox mailbox, Runnable done, Runnable failed) {}

  private final LaneState state;
  private final Mailboxes mailboxes;
  private final Sends sends;
  private final Sessions sessions;
  private final Tail tail;
  private final LaneJournal journal;
  private final Map<Long, Change> changes = new HashMap<>();

  DeviceChanges(
      LaneState state,
      Mailboxes mailboxes,
      Sends sends,
      Sessions sessions,
      Tail tail,
      LaneJournal journal) {
    this.state = state;
    this.mailboxes = mailboxes;
    this.sends = sends;
    this.sessions = sessions;
    this.tail = tail;
    this.journal = journal;
  }

  void link(Session session, int request, Credentials credentials) {
    TailEntry.Attempt asker = asker(session);
    Mailbox mailbox = session.mailbox;
    DeviceState known = mailbox.device(credentials.device());
    if (isBusy(mailbox)) {
      refuseAsBusy(asker, request);
    } else if (known != null && known.revoked) {
      refuse(asker, request, Reason.UNAUTHENTICATED, "link id: used and revoked (expected: new)");
    } else if (known == null && mailbox.activeDevices() >= LaneLimits.DEVICES) {
      refuse(
          asker,
          request,
          Reason.TOO_MANY_DEVICES,
          "devices: " + mailbox.activeDevices() + " (expected: below " + LaneLimits.DEVICES + ')');
    } else if (known == null && mailbox.devices.size() >= LaneLimits.DEVICE_ROWS) {
      refuse(
          asker,
          request,
          Reason.TOO_MANY_DEVICES,
          "devices, those signed out too: "
              + mailbox.devices.size()
              + " (expected: below "
              + LaneLimits.DEVICE_ROWS
              + ')');
    } else {
      DeviceState device = known != null ? known : newDevice(mailbox, credentials);
      long ticket =
          change(
              new Change(
                  mailbox,
                  () -> {
                    linked(asker, request, credentials);
                    counts(mailbox, device);
                    if (known == null) {
                      announce(mailbox, device.id, true);
                    }
                  },
                  () -> refuseForNow(asker, request)));
      state.effects.addDevice(ticket, mailbox.user, device.row());
    }
  }

  /**
   * It counts from now on, and goes on counting if the write of its row fails: there may be a row
   * all the same, now or later.
   */
  private DeviceState newDevice(Mailbox mailbox, Credentials credentials) {
    Device row =
        new Device(credentials.device(), credentials.token().hash(), state.nextId() - 1, false);
    DeviceState device = new DeviceState(row);
    mailbox.add(device);
    return device;
  }

  /** Its row is there. If the devices were read before it was, the mailbox lacks it. */
  private void counts(Mailbox mailbox, DeviceState device) {
    if (mailbox.account == Mailbox.Account.THERE && mailbox.device(device.id) == null) {
      mailbox.add(new DeviceState(device.row()));
    }
  }

  /**
   * The new device begins now, not where its row says: if an earlier attempt wrote that, a home in
   * between may have settled entries without the device, and the time of the cursor must be that of
   * its entry, since nothing older is looked for.
   */
  private void linked(TailEntry.Attempt asker, int request, Credentials credentials) {
    sends.answer(
        asker,
        ServerFrame.newBuilder()
            .setDeviceLinked(
                DeviceLinked.newBuilder()
                    .setRequest(request)
                    .setUser(Answers.bytes(credentials.user()))
                    .setDevice(credentials.device().value())
                    .setToken(ByteString.copyFrom(credentials.token().bytes()))
                    .setCursor(
                        Cursor.newBuilder().setEntryId(state.nextId() - 1).setTimeMs(state.wallMs)))
            .build());
  }

  void revoke(Session session, int request, DeviceId target) {
    TailEntry.Attempt asker = asker(session);
    Mailbox mailbox = session.mailbox;
    DeviceState device = mailbox.device(target);
    if (isBusy(mailbox)) {
      refuseAsBusy(asker, request);
      return;
    }
    if (device == null) {
      refuse(asker, request, Reason.NOT_FOUND, "device: " + target + " (expected: one of yours)");
      return;
    }
    long ticket =
        change(
            new Change(
                mailbox,
                () -> revoked(asker, request, mailbox, device),
                () -> refuseForNow(asker, request)));
    state.effects.revokeDevice(ticket, mailbox.user, target);
  }

  private void revoked(TailEntry.Attempt asker, int request, Mailbox mailbox, DeviceState asked) {
    sends.answer(
        asker,
        ServerFrame.newBuilder()
            .setDeviceRevoked(
                DeviceRevoked.newBuilder().setRequest(request).setDevice(asked.id.value()))
            .build());
    boolean isNews = !asked.revoked;
    asked.revoked = true;
    DeviceState device = mailbox.device(asked.id);
    if (device != null) {
      device.revoked = true;
      if (device.session != null) {
        sessions.end(device.session, Ended.Cause.REVOKED);
      }
    }
    if (isNews) {
      announce(mailbox, asked.id, false);
    }
    sessions.deviceGone(mailbox);
  }

  /**
   * Whether the ticket was for a device row. It counts when whoever takes over is sure to read it:
   * a home that was replaced without knowing would tell of a device that its successor does not
   * know, or of the end of one that its successor serves.
   */
  boolean written(long ticket) {
    Change change = take(ticket);
    if (change == null) {
      return false;
    }
    journal.whenSure(() -> done(change));
    return true;
  }

  /** Until now the mailbox stays here, wherever its home is: others are to be told from here. */
  private void done(Change change) {
    change.mailbox.deviceChanges--;
    mailboxes.changed(change.mailbox);
    change.done.run();
  }

  /** Whether the ticket was for a device row. Its outcome is unknown; the client asks again. */
  boolean failed(long ticket) {
    Change change = take(ticket);
    if (change == null) {
      return false;
    }
    change.mailbox.deviceChanges--;
    change.failed.run();
    return true;
  }

  /** Tells the other devices. A hint for people: what counts is the row. */
  private void announce(Mailbox mailbox, DeviceId device, boolean isLink) {
    if (!tail.hasRoomForLeaf() || !state.mayIssue()) {
      return;
    }
    DeviceChange change = DeviceChange.newBuilder().setDevice(device.value()).build();
    long id = state.issue();
    Entry.Builder entry = Entry.newBuilder().setEntryId(id).setTimeMs(state.wallMs);
    Entry built = (isLink ? entry.setLinked(change) : entry.setRevoked(change)).build();
    TailEntry leaf =
        new TailEntry(mailbox, id, state.wallMs, Kind.DEVICE, built.toByteString(), null);
    tail.add(leaf);
    journal.add(leaf);
  }

  private long change(Change change) {
    long ticket = state.ticket();
    changes.put(ticket, change);
    change.mailbox.deviceChanges++;
    return ticket;
  }

  private @Nullable Change take(long ticket) {
    return changes.remove(ticket);
  }

  /** One session could fill what all share with writes of the same row. */
  private static boolean isBusy(Mailbox mailbox) {
    return mailbox.deviceChanges >= LaneLimits.DEVICE_CHANGES;
  }

  private void refuseAsBusy(TailEntry.Attempt asker, int request) {
    sends.answer(
        asker,
        Answers.error(
            request,
            Reason.OVERLOADED,
            "device changes under way: " + LaneLimits.DEVICE_CHANGES + " (expected: fewer at once)",
            state.returnAfter(1_000)));
  }

  private static TailEntry.Attempt asker(Session session) {
    return new TailEntry.Attempt(session.trunk, session.connection);
  }

  /** Unless this home may have been replaced: then its successor knows better. */
  private void refuse(TailEntry.Attempt asker, int request, Reason reason, String detail) {
    if (!journal.isSurelyHome()) {
      refuseForNow(asker, request);
      return;
    }
    sends.answer(asker, Answers.error(request, reason, detail, 0));
  }

  private void refuseForNow(TailEntry.Attempt asker, int request) {
    refuseForNow(asker, request, "storage does not answer now");
  }

  /** It has waited for earlier owners of the shard for too long. */
  void refuseWhileMoving(long trunk, long connection, int request) {
    TailEntry.Attempt asker = new TailEntry.Attempt(trunk, connection);
    refuseForNow(asker, request, "the home of this user is changing");
  }

  private void refuseForNow(TailEntry.Attempt asker, int request, String why) {
    sends.answer(asker, Answers.error(request, Reason.UNAVAILABLE, why, state.returnAfter(1_000)));
  }
}
