package io.breakwater.delivery.lane;

/** How much is unsettled in a lane: the bound of its memory (P9). */
final class Tail {
  private final LaneState state;
  private int entries;
  private long bytes;

  Tail(LaneState state) {
    this.state = state;
  }

  /** Sends stop at half, where settling outranks them. */
  boolean hasRoomForSend() {
    return !state.keeps(Rule.TAIL_CAP)
        || (entries < state.limits.tailEntries() / 2 && bytes < state.limits.tailBytes() / 2);
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
  }

  void remove(TailEntry entry) {
    entry.mailbox.tail.remove(entry.id);
    entries--;
    bytes -= entry.size();
  }

  int entries() {
    return entries;
  }

  long bytes() {
    return bytes;
  }
}
