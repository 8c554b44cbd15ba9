package io.breakwater.gateway.trunk;

/**
 * Bounds of a trunk; times in milliseconds.
 *
 * @param queueBytes waiting for a stream that is not ready; beyond it only attach and detach are
 *     taken, whose number the connections bound
 * @param stuckMs the stream is cancelled if frames waited so long without any progress
 * @param openMs the stream is cancelled if it has no DeliveryHello after so long
 * @param backoffMinMs shortest wait before it is opened again
 * @param backoffMaxMs longest wait before it is opened again
 */
public record TrunkLimits(
    int queueBytes, int stuckMs, int openMs, int backoffMinMs, int backoffMaxMs) {
  /** As DESIGN.md has them. */
  public static final TrunkLimits DEFAULT =
      new TrunkLimits(8 * 1024 * 1024, 10_000, 5_000, 100, 2_000);

  /** Most frames in one batch; part of the trunk's contract. */
  static final int BATCH_FRAMES = 1024;

  /** Most bytes in one batch; part of the trunk's contract. */
  static final int BATCH_BYTES = 1024 * 1024;

  /** Largest batch from a delivery node. */
  static final int INBOUND_BYTES = 4 * 1024 * 1024;

  /** Most metadata of one answer, by HTTP/2's count: 32 bytes more for each name. */
  static final int METADATA_BYTES = 8 * 1024;
}
