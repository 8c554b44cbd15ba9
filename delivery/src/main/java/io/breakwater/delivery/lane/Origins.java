package io.breakwater.delivery.lane;

import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/*
 * Which origins a mailbox has accepted (P3).
 *
 * Per (mailbox, conversation, sender device) there is a stream of client ids. Of each stream memory knows
 * everything from `knownFrom` on: an id from there on that is not listed was not accepted. Below it, only the
 * origin rows can tell, and a lookup of them moves `knownFrom` down. Every unsettled entry is listed, and every
 * settled one has its origin row, so the two together miss nothing: the lookup is asked after memory was.
 *
 * A stream that starts with a first transmission is known from that id on, since a client transmits the ids of
 * a conversation in order; one that starts with a retry, or with what may have come before, is known from
 * nowhere.
 *
 * What memory holds is bounded three ways: per stream; in streams; and in origins, beyond which streams that are
 * used keep a few each. A trimmed stream is never empty, and so what it does not know is looked up.
 */
final class Origins {
  /** An accepted origin; {@code entry} is there while it is unsettled. */
  static final class Known {
    final MessageId message;

    /** Whether memory did not know it before its row was read. */
    final boolean isFromRow;

    @Nullable TailEntry entry;

    Known(MessageId message, @Nullable TailEntry entry) {
      this(message, entry, false);
    }

    private Known(MessageId message, @Nullable TailEntry entry, boolean isFromRow) {
      this.message = message;
      this.entry = entry;
      this.isFromRow = isFromRow;
    }
  }

  private record Key(UserId mailbox, ConversationId conversation, UserId sender, DeviceId device) {}

  /** The origins of one sender device in one conversation of one mailbox. */
  final class Stream {
    final UserId mailbox;
    final ConversationId conversation;
    final UserId sender;
    final DeviceId device;
    long knownFrom = Long.MAX_VALUE;
    private final TreeMap<Long, Known> accepted = new TreeMap<>();
    int unsettled;

    /**
     * A lookup is under way from this client id on; 0: none. What came meanwhile waits, in order.
     */
    long lookingFrom;

    final Waitlist waiting = new Waitlist(state);
    long touchedAtMono;

    /** Another node is the home of its mailbox: what a lookup still finds is for nobody. */
    private boolean isLost;

    private Stream(Key key) {
      mailbox = key.mailbox;
      conversation = key.conversation;
      sender = key.sender;
      device = key.device;
    }

    @Nullable Known known(long clientId) {
      return accepted.get(clientId);
    }

    /**
     * The last that was accepted before a client id, as far as memory goes. It need not be what the
     * sender names: it may have given that up.
     */
    @Nullable Known before(long clientId) {
      Map.Entry<Long, Known> before = accepted.lowerEntry(clientId);
      return before == null ? null : before.getValue();
    }

    /** Nothing of this stream was accepted, as far as memory goes. */
    boolean isEmpty() {
      return accepted.isEmpty();
    }

    /** Whether a later message was accepted: then the sender has given up on what was not. */
    boolean hasLater(long clientId) {
      return accepted.higherKey(clientId) != null;
    }

    void accepted(long clientId, Known known) {
      put(clientId, known);
      knownFrom = Math.min(knownFrom, clientId);
      if (known.entry != null) {
        unsettled++;
      }
      int keep =
          inMemory > state.limits.knownOrigins()
              ? LaneLimits.KNOWN_ORIGINS_WHEN_MANY
              : LaneLimits.KNOWN_ORIGINS;
      while (accepted.size() > keep && accepted.firstEntry().getValue().entry == null) {
        knownFrom = Math.max(knownFrom, accepted.pollFirstEntry().getKey() + 1);
        inMemory--;
      }
    }

    private @Nullable Known put(long clientId, Known known) {
      Known other = accepted.put(clientId, known);
      inMemory += other == null ? 1 : 0;
      return other;
    }

    /** Taken over from an earlier incarnation, which says nothing of the ids around it. */
    void recovered(long clientId, Known known) {
      Known other = put(clientId, known);
      unsettled += other == null || other.entry == null ? 1 : 0;
    }

    /**
     * What a lookup found: everything from this client id on, and of what is before that the last
     * one matters.
     */
    void found(long from, NavigableMap<Long, MessageId> rows) {
      if (isLost) {
        return;
      }
      Long before = rows.lowerKey(from);
      long first = before == null ? from : before;
      rows.forEach(
          (clientId, message) -> {
            if (clientId >= first && !accepted.containsKey(clientId)) {
              put(clientId, new Known(message, null, true));
            }
          });
    }
  }

  private final LaneState state;
  private final LinkedHashMap<Key, Stream> streams = new LinkedHashMap<>(64, 0.75f, true);

  /** How many origins all streams know. */
  private int inMemory;

  Origins(LaneState state) {
    this.state = state;
  }

  Stream stream(UserId mailbox, ConversationId conversation, UserId sender, DeviceId device) {
    Stream stream =
        streams.computeIfAbsent(new Key(mailbox, conversation, sender, device), Stream::new);
    stream.touchedAtMono = state.monoMs;
    return stream;
  }

  /** Client id of the preceding message of its stream if its copy is not answered; 0 if it is. */
  long uncopiedBefore(TailEntry entry) {
    Origin origin = Objects.requireNonNull(entry.identity).origin();
    Stream stream =
        streams.get(
            new Key(entry.mailbox.user, origin.conversation(), origin.sender(), origin.device()));
    var before = stream == null ? null : stream.accepted.lowerEntry(origin.clientId());
    return before == null || before.getValue().entry == null || before.getValue().entry.copied
        ? 0
        : before.getKey();
  }

  /** The next message of its stream, if its copy is not answered. */
  @Nullable TailEntry uncopiedAfter(TailEntry entry) {
    Origin origin = Objects.requireNonNull(entry.identity).origin();
    Stream stream =
        streams.get(
            new Key(entry.mailbox.user, origin.conversation(), origin.sender(), origin.device()));
    var next = stream == null ? null : stream.accepted.higherEntry(origin.clientId());
    TailEntry after = next == null ? null : next.getValue().entry;
    return after == null || after.copied ? null : after;
  }

  /** The origin row is written: the stream need not hold the entry any more. */
  void settled(TailEntry entry) {
    if (entry.identity == null) {
      return;
    }
    Origin origin = entry.identity.origin();
    Stream stream =
        streams.get(
            new Key(entry.mailbox.user, origin.conversation(), origin.sender(), origin.device()));
    if (stream == null) {
      return;
    }
    Known known = stream.known(origin.clientId());
    if (known != null && known.entry == entry) {
      known.entry = null;
      stream.unsettled--;
    }
  }

  /** Forgets what was accepted for mailboxes that are another node's; what waits is told so. */
  void removeLost(Predicate<UserId> isLost) {
    List<Stream> lost = new ArrayList<>();
    streams
        .values()
        .removeIf(
            stream -> {
              boolean goes = isLost.test(stream.mailbox);
              if (goes) {
                lost.add(stream);
              }
              return goes;
            });
    for (Stream stream : lost) {
      stream.isLost = true;
      inMemory -= stream.accepted.size();
      stream.waiting.failed();
    }
  }

  /** How many origins are in memory. */
  int inMemory() {
    return inMemory;
  }

  /** Forgets streams that nobody used for a minute while they, or their origins, are too many. */
  void tick() {
    Iterator<Map.Entry<Key, Stream>> eldest = streams.entrySet().iterator();
    int passes = Math.max(256, streams.size() - state.limits.mailboxes());
    for (int passed = 0; passed < passes && areTooMany() && eldest.hasNext(); passed++) {
      Stream stream = eldest.next().getValue();
      if (stream.unsettled == 0
          && stream.lookingFrom == 0
          && state.monoMs - stream.touchedAtMono > LaneLimits.FORGET_AFTER_MS) {
        inMemory -= stream.accepted.size();
        eldest.remove();
      }
    }
  }

  private boolean areTooMany() {
    return streams.size() > state.limits.mailboxes() || inMemory > state.limits.knownOrigins();
  }
}
