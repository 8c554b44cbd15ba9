package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import java.util.Collection;
import java.util.Set;

/** Of a node that is alone. */
final class NoDetector implements Detector {
  @Override
  public Set<IncarnationId> seen() {
    return Set.of();
  }

  @Override
  public void lookAt(Collection<String> addresses) {}
}
