package io.breakwater.gateway.socket;

/**
 * Bounds of sockets.
 *
 * @param outboundBytes written to a client and not yet taken by its socket; a client beyond it is a
 *     slow consumer: its connection is closed, since its home has everything and feeds it again
 * @param outboundLoopBytes the same of all clients of an event loop; as it fills, each may have
 *     less
 * @param inboundTotalBytes kept of frames whose end has not come, of all clients of the gateway
 * @param lingerMs how long a connection that the gateway ended stays, for its last frame to arrive
 * @param sweepMs between two looks at what is late
 * @param reattachPerSecond sessions that an event loop attaches again per second after a home is
 *     back
 * @param rebalancePercent of the sessions, that go elsewhere in a second if other gateways have
 *     fewer
 */
public record SocketLimits(
    int outboundBytes,
    int outboundLoopBytes,
    int inboundTotalBytes,
    int lingerMs,
    int sweepMs,
    int reattachPerSecond,
    int rebalancePercent) {
  /** Bytes that are read and thrown away while a connection lingers. */
  static final int DISCARD_BYTES = 256 * 1024;
}
