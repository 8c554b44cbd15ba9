package io.breakwater.gateway.socket;

import io.breakwater.gateway.metrics.GatewayMetrics;

/**
 * What was written to clients of one event loop and is not taken by their sockets. The room is
 * shared: one client may have as much as is left of it, so that those who have most are closed when
 * it gets scarce, and it never fills (the dynamic threshold of Choudhury and Hahne, 1998). Who
 * takes what comes has no backlog, and so is never hit. Confined to its event loop.
 */
final class Backlog {
  private final long roomBytes;
  private final long socketBytes;
  private final GatewayMetrics metrics;
  private long bytes;

  /**
   * @param roomBytes of all clients together
   * @param socketBytes of one client, however much room there is
   */
  Backlog(long roomBytes, long socketBytes, GatewayMetrics metrics) {
    this.roomBytes = roomBytes;
    this.socketBytes = socketBytes;
    this.metrics = metrics;
  }

  /** Bytes that one client may have now. */
  long limit() {
    return Math.min(socketBytes, Math.max(0, roomBytes - bytes));
  }

  /** A client has so many more, or fewer. */
  void changed(long by) {
    if (by != 0) {
      bytes += by;
      metrics.backlog(by);
    }
  }
}
