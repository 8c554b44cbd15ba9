package io.breakwater.delivery.lane;

import io.breakwater.common.id.UserId;
import io.breakwater.storage.AccountStore.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The mailboxes in memory, and the reading of their devices: once, then kept up to date. */
final class Mailboxes {
  /** A user that is not there is not looked up again for this long, ms. */
  private static final long ABSENT_FOR_MS = 60_000;

  private final LaneState state;
  private final Consumer<Mailbox> onLoaded;
  private final LinkedHashMap<UserId, Mailbox> all = new LinkedHashMap<>(64, 0.75f, true);

  private record Read(Mailbox mailbox, int number) {}

  private final Map<Long, Read> reads = new HashMap<>();

  /**
   * @param onLoaded told when the devices of a mailbox become known
   */
  Mailboxes(LaneState state, Consumer<Mailbox> onLoaded) {
    this.state = state;
    this.onLoaded = onLoaded;
  }

  Mailbox of(UserId user) {
    Mailbox mailbox = all.get(user);
    if (mailbox == null) {
      mailbox = new Mailbox(user, state);
      all.put(user, mailbox);
    }
    mailbox.touchedAtMono = state.monoMs;
    return mailbox;
  }

  /** Another home may have changed its devices. What is being read now may be from before. */
  void readAgain(Mailbox mailbox) {
    mailbox.reads++;
    mailbox.account = Mailbox.Account.UNREAD;
    mailbox.devices = List.of();
  }

  /** A row of its devices is written. What is being read now may be from before. */
  void changed(Mailbox mailbox) {
    if (mailbox.account == Mailbox.Account.READING) {
      read(mailbox);
    }
  }

  /** Forgets a mailbox of which nothing is left here. */
  void remove(Mailbox mailbox) {
    mailbox.forgetConversations();
    all.remove(mailbox.user);
  }

  /** Those of now. */
  List<Mailbox> copy() {
    return List.copyOf(all.values());
  }

  Iterable<Mailbox> all() {
    return all.values();
  }

  int size() {
    return all.size();
  }

  /**
   * Does something when the account of a mailbox is known: now, or when it is read.
   *
   * @param input its {@code ready} is run with the account {@code THERE} or {@code ABSENT}
   */
  void withAccount(Mailbox mailbox, Waiting input) {
    if (mailbox.account == Mailbox.Account.ABSENT
        && state.monoMs - mailbox.accountReadAtMono > ABSENT_FOR_MS) {
      mailbox.account = Mailbox.Account.UNREAD;
    }
    switch (mailbox.account) {
      case THERE, ABSENT -> input.ready().run();
      case UNREAD -> {
        if (mailbox.waiting.offer(input)) {
          read(mailbox);
        }
      }
      case READING -> mailbox.waiting.offer(input);
    }
  }

  private void read(Mailbox mailbox) {
    mailbox.account = Mailbox.Account.READING;
    long ticket = state.ticket();
    reads.put(ticket, new Read(mailbox, ++mailbox.reads));
    state.effects.readDevices(ticket, mailbox.user);
  }

  /** Whether the ticket was for a read of devices. */
  boolean read(long ticket, List<Device> rows) {
    Read read = reads.remove(ticket);
    if (read == null) {
      return false;
    }
    Mailbox mailbox = read.mailbox;
    if (read.number != mailbox.reads) {
      return true;
    }
    mailbox.accountReadAtMono = state.monoMs;
    mailbox.account = rows.isEmpty() ? Mailbox.Account.ABSENT : Mailbox.Account.THERE;
    mailbox.devices = new ArrayList<>(rows.stream().map(DeviceState::new).toList());
    onLoaded.accept(mailbox);
    mailbox.waiting.ready();
    return true;
  }

  /** Whether the ticket was for a read of devices. */
  boolean failed(long ticket) {
    Read read = reads.remove(ticket);
    if (read == null) {
      return false;
    }
    Mailbox mailbox = read.mailbox;
    if (read.number != mailbox.reads) {
      return true;
    }
    mailbox.account = Mailbox.Account.UNREAD;
    mailbox.waiting.failed();
    return true;
  }

  /** Forgets idle mailboxes, the least recently used first, while there are too many. */
  void tick() {
    int passes = Math.max(256, all.size() - state.limits.mailboxes());
    Iterator<Mailbox> eldest = all.values().iterator();
    for (int passed = 0;
        passed < passes && all.size() > state.limits.mailboxes() && eldest.hasNext();
        passed++) {
      Mailbox mailbox = eldest.next();
      if (mailbox.tail.isEmpty()
          && mailbox.waiting.isEmpty()
          && !mailbox.hasSessions()
          && mailbox.deviceChanges == 0
          && state.monoMs - mailbox.touchedAtMono > LaneLimits.FORGET_AFTER_MS) {
        mailbox.forgetConversations();
        eldest.remove();
      }
    }
  }
}
