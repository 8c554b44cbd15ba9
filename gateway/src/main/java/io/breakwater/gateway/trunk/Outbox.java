package io.breakwater.gateway.trunk;

import io.breakwater.common.priority.Priority;
import io.breakwater.gateway.home.BrownOut;
import io.breakwater.gateway.home.Levels;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Frames that wait for the next batch of a trunk, counted in bytes: by priority class, then by
 * level, then in order of arrival. Class 0 is never held back; others go as far as there are
 * credits, and who waits for one too long is given back. Confined to an event loop.
 */
final class Outbox {
  /** So long a message waits for credit, ms. */
  static final int SEND_WAITS_MS = 250;

  /** So long everything else does. */
  static final int OTHER_WAITS_MS = 1_000;

  /** So long everything waits for a node that has granted credit and is silent. */
  static final int SILENT_WAITS_MS = 4_000;

  private final long limitBytes;
  private final Ledger ledger;
  private final Levels levels;
  private final Queue<GatewayFrame> control = new ArrayDeque<>();

  /** Sign-ups, whose credit is spent when they are taken. */
  private final Queue<GatewayFrame> signUps = new ArrayDeque<>(0);

  private final List<ClassQueue> classes = new ArrayList<>();
  private long bytes;

  Outbox(long limitBytes, Ledger ledger, Levels levels) {
    this.limitBytes = limitBytes;
    this.ledger = ledger;
    this.levels = levels;
    for (int priority = 0; priority < Priority.COUNT; priority++) {
      classes.add(new ClassQueue());
    }
  }

  /**
   * Takes a frame if it fits; a sign-up only if there is credit for it, which it spends.
   *
   * @return false if it is not taken
   */
  boolean offer(GatewayFrame frame, long nowMs) {
    int size = sizeOf(frame);
    if (!isBoundElsewhere(frame) && bytes + size > limitBytes) {
      return false;
    }
    int priority = Priority.of(frame.getPriority()).number;
    if (frame.hasSignUp()) {
      if (!takesSignUp(nowMs)) {
        return false;
      }
      ledger.spend(priority);
      signUps.add(frame);
    } else if (priority == Priority.CONTROL.number) {
      control.add(frame);
    } else {
      classes.get(priority).add(frame, levels.hour(), nowMs);
    }
    bytes += size;
    return true;
  }

  /**
   * Whether there is credit for a sign-up. Devices to be linked, which wait for credit of the same
   * class, come first: their users are there already, and a line would leave them none.
   */
  boolean takesSignUp(long nowMs) {
    return ledger.hasCredit(
        Priority.SIGN_UP.number, classes.get(Priority.SIGN_UP.number).size(), nowMs);
  }

  /** One of each per connection at most. */
  private static boolean isBoundElsewhere(GatewayFrame frame) {
    return frame.hasAttach() || frame.hasDetach();
  }

  private static int sizeOf(GatewayFrame frame) {
    // With the tag and length that a batch puts before it.
    return frame.getSerializedSize() + 5;
  }

  /** Whether there is something for which no credit is missing. */
  boolean hasReady(long nowMs) {
    return next(nowMs) != null;
  }

  /** Where the next frame is that may go; none if all wait for credit. */
  private @Nullable GatewayFrame next(long nowMs) {
    if (!control.isEmpty()) {
      return control.peek();
    }
    for (int priority = Priority.SEND.number; priority < Priority.COUNT; priority++) {
      if (priority == Priority.SIGN_UP.number && !signUps.isEmpty()) {
        return signUps.peek();
      }
      ClassQueue queue = classes.get(priority);
      if (queue.size() > 0 && ledger.hasCredit(priority, nowMs)) {
        return queue.peek();
      }
    }
    return null;
  }

  /** Takes out what {@link #next} has named. */
  private void remove(GatewayFrame next) {
    int priority = Priority.of(next.getPriority()).number;
    if (next.hasSignUp()) {
      signUps.remove();
    } else if (priority == Priority.CONTROL.number) {
      control.remove();
    } else {
      ledger.spend(priority);
      classes.get(priority).remove();
    }
    bytes -= sizeOf(next);
  }

  /**
   * The next batch: as much as one may hold, at least one frame; {@link #hasReady}.
   *
   * @param view number of the newest view that is known, 0 if none is
   */
  GatewayBatch.Builder nextBatch(long view, long nowMs) {
    GatewayBatch.Builder batch = GatewayBatch.newBuilder().setView(view);
    long size = 0;
    for (GatewayFrame next = next(nowMs); next != null; next = next(nowMs)) {
      size += sizeOf(next);
      boolean isFull =
          batch.getFramesCount() == TrunkLimits.BATCH_FRAMES || size > TrunkLimits.BATCH_BYTES;
      if (isFull && batch.getFramesCount() > 0) {
        break;
      }
      batch.addFrames(next);
      remove(next);
    }
    return batch;
  }

  /** Takes out what has waited for credit too long. */
  List<GatewayFrame> expire(long nowMs) {
    List<GatewayFrame> expired = new ArrayList<>(0);
    for (int priority = Priority.SEND.number; priority < Priority.COUNT; priority++) {
      ClassQueue queue = classes.get(priority);
      if (queue.size() > 0 && !ledger.hasCredit(priority, nowMs)) {
        int waitsMs = waitsMs(priority, nowMs);
        queue.expire(nowMs - waitsMs, expired::add);
      }
    }
    expired.forEach(frame -> bytes -= sizeOf(frame));
    return expired;
  }

  /** A node that stands still for a moment is no reason to send anybody away. */
  private int waitsMs(int priority, long nowMs) {
    if (ledger.isOnlySilent(priority, nowMs)) {
      return SILENT_WAITS_MS;
    }
    if (priority == Priority.LOOK_UP.number
        && ledger.brownOut().isAtLeast(BrownOut.HISTORY_PACED)) {
      // It would come back later all the same, and have waited for it.
      return 0;
    }
    return priority == Priority.SEND.number ? SEND_WAITS_MS : OTHER_WAITS_MS;
  }

  /** Frames of a class that wait for credit. */
  int waiting(int priority, long nowMs) {
    int size = classes.get(priority).size();
    return size > 0 && !ledger.hasCredit(priority, nowMs) ? size : 0;
  }

  boolean isEmpty() {
    return bytes == 0;
  }

  long bytes() {
    return bytes;
  }

  /** Empties it. */
  List<GatewayFrame> drain() {
    List<GatewayFrame> all = new ArrayList<>(control);
    all.addAll(signUps);
    control.clear();
    signUps.clear();
    for (ClassQueue queue : classes) {
      while (queue.size() > 0) {
        all.add(queue.remove());
      }
    }
    bytes = 0;
    return all;
  }
}
