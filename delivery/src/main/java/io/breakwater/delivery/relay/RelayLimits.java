package io.breakwater.delivery.relay;

/** Bounds of a relay; part of the relay's contract. */
final class RelayLimits {
  static final int VERSION = 1;

  /** A batch is at most 1 MiB; gRPC's own framing comes on top. */
  static final int BATCH_BYTES = (1 << 20) + (128 << 10);

  /** Metadata of one call, by HTTP/2's count: 32 bytes more for each name. */
  static final int METADATA_BYTES = 8 << 10;

  /** Beyond this the other node does not read: the relay is cut, and opened again. */
  static final long QUEUED_BYTES = 16L << 20;

  /** What nobody answers is not queued beyond this; it is asked for again. */
  static final long TELL_BELOW_BYTES = 8L << 20;

  /**
   * Nor are parcels of entries: there may be one of each lane and each recovery at a time, together
   * more than {@link #QUEUED_BYTES}. They come again.
   */
  static final long RESUBMIT_BELOW_BYTES = 8L << 20;

  /**
   * Messages on their way to one node that it has not answered; beyond them a sender is refused.
   */
  static final int FORWARDS = 10_000;

  /** A message that is not answered for so long is refused for now; ms. */
  static final long FORWARD_MS = 6_000;

  /** Batches of one relay under way at once. */
  static final int BATCHES_AHEAD = 16;

  /** Between two pings, ms. */
  static final long PING_MS = 500;

  /** Who has answered within this time answers, ms. */
  static final long FRESH_MS = 3_000;

  /** Who has not answered for so long is dialled anew, ms. */
  static final long SILENT_MS = 10_000;

  /** Until a relay has to be open, ms. */
  static final long OPEN_MS = 5_000;

  /** Between two attempts, ms. */
  static final long AGAIN_MS = 100;

  static final int CONNECT_MS = 2_000;

  private RelayLimits() {}
}
