package io.breakwater.gateway.framing;

import io.breakwater.gateway.metrics.GatewayMetrics;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a gateway keeps of frames whose end has not come, of all its clients together. A connection
 * whose frame grows beyond {@link #SMALL_BYTES} may have as much as is then free of one half of the
 * room, so that those who have most are refused when it gets scarce, and they never fill that half
 * (the dynamic threshold of Choudhury and Hahne, 1998). The other half is for small frames alone.
 * Complete frames take nothing. Any thread; nothing here waits.
 */
public final class InboundRoom {
  /** Of one connection; up to here it competes with small ones only. */
  static final int SMALL_BYTES = 4 * 1024;

  private final long roomBytes;

  /** Shared by the event loops: what is taken, bytes. */
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param roomBytes of all clients together
   */
  public InboundRoom(long roomBytes, GatewayMetrics metrics) {
    this.roomBytes = roomBytes;
    metrics.unfinished(taken::get);
  }

  /** The part of one connection that just begins. */
  Share share() {
    return new Share();
  }

  private boolean admits(long has, int by, long now) {
    return has + by <= SMALL_BYTES ? now + by <= roomBytes : has + by <= roomBytes / 2 - (now + by);
  }

  /** What one connection has of the room. Confined to its event loop. */
  final class Share {
    private long bytes;

    private Share() {}

    /** Takes so many bytes more; false if it may not have them. */
    boolean take(int by) {
      long now;
      do {
        now = taken.get();
        if (!admits(bytes, by, now)) {
          return false;
        }
      } while (!taken.compareAndSet(now, now + by));
      bytes += by;
      return true;
    }

    void giveBack(int by) {
      taken.addAndGet(-by);
      bytes -= by;
    }
  }
}
