package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import java.util.Collection;
import java.util.Set;

/** Detects which other delivery nodes are there. It suspects; it decides nothing. Any thread. */
public interface Detector {
  /** Those it sees now, this node among them or not. */
  Set<IncarnationId> seen();

  /**
   * Where others may be.
   *
   * @param addresses of their trunk ports, {@code host:port}
   */
  void lookAt(Collection<String> addresses);
}
