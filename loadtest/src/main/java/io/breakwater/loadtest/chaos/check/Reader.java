package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.payload.Device;
import java.util.ArrayList;
import java.util.List;

/** The life of a device, and how far it has got. */
final class Reader {
  /**
   * It was told that entries have expired.
   *
   * @param lastEntry the last that it had been handed by then, unsigned
   * @param retainedSinceMs what was taken later is still there
   */
  private record Told(long lastEntry, long retainedSinceMs) {}

  final Device device;

  /** The number of the fact that it belongs to its user. */
  final long linkedBy;

  final long linkedAtMs;

  /** Its mailbox begins after this entry, unsigned. */
  final long since;

  /** Numbers of facts; 0 if there is none. */
  long signOutAskedBy;

  long signedOutBy;

  /** The application runs. */
  boolean isRunning;

  int run;
  long startedAtMs;
  long startedBy;

  /** It was handed nothing new yet since it was killed. */
  boolean isRewound;

  private long rewoundTo;

  /** The last entry that it was handed, unsigned. */
  long lastEntry;

  /** The number of that fact; at first that of the link. */
  long lastBy;

  private final List<Told> told = new ArrayList<>();

  Reader(Device device, long linkedBy, long linkedAtMs, long since) {
    this.device = device;
    this.linkedBy = linkedBy;
    this.linkedAtMs = linkedAtMs;
    this.since = since;
    startedAtMs = linkedAtMs;
    lastEntry = since;
    lastBy = linkedBy;
  }

  void rewind() {
    isRewound = true;
    rewoundTo = 0;
  }

  /**
   * Whether it may be handed this entry once more: what it had before it was killed comes again, in
   * order.
   */
  boolean mayHaveAgain(long entry) {
    if (!isRewound || Long.compareUnsigned(entry, rewoundTo) <= 0) {
      return false;
    }
    rewoundTo = entry;
    return true;
  }

  boolean isPast(long entry) {
    return Long.compareUnsigned(entry, lastEntry) <= 0;
  }

  void handed(long entry, long by) {
    lastEntry = entry;
    lastBy = by;
    isRewound = false;
  }

  void toldTooLong(long retainedSinceMs) {
    told.add(new Told(lastEntry, retainedSinceMs));
  }

  /** Whether this device was there in time for it to be owed. */
  boolean isEntitledTo(Message message) {
    if (message.invokedBy > linkedBy) {
      return true;
    }
    // Copies of before the link keep no order with it, and may come anew after a crash.
    return !message.isCopyFor(device) && message.wasHandedToSiblingsAfter(this, since);
  }

  /** Whether this device was told that it misses it. */
  boolean wasToldOf(Message message, long toleranceMs) {
    return told.stream()
        .anyMatch(
            each ->
                message.invokedAtMs < each.retainedSinceMs + toleranceMs
                    && !message.wasHandedToSiblingsUpTo(this, each.lastEntry));
  }

  @Override
  public String toString() {
    return device.toString();
  }
}
