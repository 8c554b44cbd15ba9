package io.breakwater.delivery.trunk;

/** Bounds of what a gateway may do to a delivery node; part of the trunk's contract. */
final class TrunkLimits {
  /** A batch is at most 1 MiB; gRPC's own framing comes on top. */
  static final int BATCH_BYTES = (1 << 20) + (128 << 10);

  /** Metadata of one call, by HTTP/2's count: 32 bytes more for each name. */
  static final int METADATA_BYTES = 8 << 10;

  /** Calls of one connection at once. A gateway makes one. */
  static final int CALLS_PER_CONNECTION = 4;

  /** From accept until HTTP/2 is spoken, TLS included; seconds. */
  static final int HANDSHAKE_S = 5;

  /**
   * Handshakes under way at once. All gateways may come back at the same time: 64 of them with 8
   * event loops fit.
   */
  static final int HANDSHAKES = 512;

  /** Streams that it may reset within {@link #RESETS_S}. */
  static final int RESETS = 100;

  static final int RESETS_S = 10;

  private TrunkLimits() {}
}
