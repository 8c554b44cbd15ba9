package io.breakwater.gateway.connection;

import io.breakwater.common.id.IncarnationId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many attaches of a session each node may still answer. A user may move away from a node and
 * back before it has answered, and have been asked for at another one meanwhile: so they are
 * counted by node. Confined to the connection's event loop.
 */
final class AttachesDue {
  private record Due(IncarnationId node, int count, long untilMs) {}

  /** Nearly always of one node, and most of the time of none. */
  private List<Due> due = List.of();

  private @Nullable Due of(IncarnationId node) {
    for (Due each : due) {
      if (each.node.equals(node)) {
        return each;
      }
    }
    return null;
  }

  private void put(IncarnationId node, int count, long untilMs) {
    List<Due> others = new ArrayList<>(due.size());
    for (Due each : due) {
      if (!each.node.equals(node)) {
        others.add(each);
      }
    }
    if (count > 0) {
      others.add(new Due(node, count, untilMs));
    }
    due = List.copyOf(others);
  }

  /** A node is asked; what it has not answered until then it does not. */
  void asked(IncarnationId node, long untilMs, long nowMs) {
    Due before = of(node);
    int earlier = before == null || nowMs >= before.untilMs ? 0 : before.count;
    put(node, earlier + 1, untilMs);
  }

  /** A node has answered one, or was not asked after all. */
  void answered(IncarnationId node) {
    Due before = of(node);
    if (before != null) {
      put(node, before.count - 1, before.untilMs);
    }
  }

  /** A node does not answer any more. */
  void lost(IncarnationId node) {
    if (of(node) != null) {
      put(node, 0, 0);
    }
  }

  /** Whether an answer of a node may come. */
  boolean isAnyOf(@Nullable IncarnationId node, long nowMs) {
    Due ofNode = node == null ? null : of(node);
    return ofNode != null && nowMs < ofNode.untilMs;
  }
}
