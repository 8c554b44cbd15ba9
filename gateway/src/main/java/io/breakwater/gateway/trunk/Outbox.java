package io.breakwater.gateway.trunk;

import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Frames that wait for the next batch of a trunk, in order, counted in bytes. */
final class Outbox {
  private final long limitBytes;
  private final Queue<GatewayFrame> frames = new ArrayDeque<>();
  private long bytes;

  Outbox(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /**
   * Takes a frame if it fits.
   *
   * @return false if it would exceed the limit
   */
  boolean offer(GatewayFrame frame) {
    int size = sizeOf(frame);
    if (!isBoundElsewhere(frame) && bytes + size > limitBytes) {
      return false;
    }
    frames.add(frame);
    bytes += size;
    return true;
  }

  /** One of each per connection at most. */
  private static boolean isBoundElsewhere(GatewayFrame frame) {
    return frame.hasAttach() || frame.hasDetach();
  }

  private static int sizeOf(GatewayFrame frame) {
    // With the tag and length that a batch puts before it.
    return frame.getSerializedSize() + 5;
  }

  /**
   * The next batch: as much as one may hold, at least one frame. The outbox is not empty.
   *
   * @param view number of the newest view that is known, 0 if none is
   */
  GatewayBatch nextBatch(long view) {
    GatewayBatch.Builder batch = GatewayBatch.newBuilder().setView(view);
    long size = 0;
    for (GatewayFrame next = frames.peek(); next != null; next = frames.peek()) {
      size += sizeOf(next);
      boolean isFull =
          batch.getFramesCount() == TrunkLimits.BATCH_FRAMES || size > TrunkLimits.BATCH_BYTES;
      if (isFull && batch.getFramesCount() > 0) {
        break;
      }
      batch.addFrames(frames.remove());
      bytes -= sizeOf(next);
    }
    return batch.build();
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  long bytes() {
    return bytes;
  }

  /** Empties it. */
  List<GatewayFrame> drain() {
    List<GatewayFrame> all = List.copyOf(frames);
    frames.clear();
    bytes = 0;
    return all;
  }
}
