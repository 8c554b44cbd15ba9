package io.breakwater.delivery.lane;

import io.breakwater.common.id.UserId;
import io.breakwater.proto.journal.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/*
 * The room for sends is shared by dynamic thresholds (Choudhury and Hahne, "Dynamic queue length thresholds for
 * shared-memory packet switches", IEEE/ACM Transactions on Networking 6(2), 1998; alpha 1): nobody may have more than
 * what is free. Who is alone has half of it, and of however many who take what they can none leaves nothing.
 */
/** How much is unsettled in a lane: the bound of its memory (P9). */
final class Tail {
  /** What a sender has of it. */
  private static final class Share {
    int entries;
    long bytes;
  }

  private static final Share NONE = new Share();

  private final LaneState state;
  private final Map<UserId, Share> shares = new HashMap<>();
  private int entries;
  private long bytes;

  Tail(LaneState state) {
    this.state = state;
  }

  /** Sends stop at half, where settling outranks them; those of one sender earlier. */
  boolean hasRoomForSend(UserId sender) {
    if (!state.keeps(Rule.TAIL_CAP)) {
      return true;
    }
    Share share = shares.getOrDefault(sender, NONE);
    return share.entries < state.limits.tailEntries() / 2 - entries
        && share.bytes < state.limits.tailBytes() / 2 - bytes;
  }

  /** Whether it takes no send, whoever sends it. */
  boolean isFullForSends() {
    return entries >= state.limits.tailEntries() / 2 || bytes >= state.limits.tailBytes() / 2;
  }

  /** The rest is for entries whose only obligation is local. */
  boolean hasRoomForLeaf() {
    return !state.keeps(Rule.TAIL_CAP)
        || (entries < state.limits.tailEntries() && bytes < state.limits.tailBytes());
  }

  /** Half of what sends may take is taken: settling should not wait for better batches. */
  boolean isPressed() {
    return entries >= state.limits.tailEntries() / 4 || bytes >= state.limits.tailBytes() / 4;
  }

  void add(TailEntry entry) {
    entry.mailbox.tail.put(entry.id, entry);
    entries++;
    bytes += entry.size();
    if (entry.kind == Kind.DIRECT) {
      Share share = shares.computeIfAbsent(sender(entry), _ -> new Share());
      share.entries++;
      share.bytes += entry.size();
    }
  }

  void remove(TailEntry entry) {
    entry.mailbox.tail.remove(entry.id);
    entries--;
    bytes -= entry.size();
    if (entry.kind == Kind.DIRECT) {
      Share share = Objects.requireNonNull(shares.get(sender(entry)));
      share.entries--;
      share.bytes -= entry.size();
      if (share.entries == 0) {
        shares.remove(sender(entry));
      }
    }
  }

  private static UserId sender(TailEntry entry) {
    return Objects.requireNonNull(entry.identity).origin().sender();
  }

  int entries() {
    return entries;
  }

  long bytes() {
    return bytes;
  }
}
