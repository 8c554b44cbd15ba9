package io.breakwater.gateway.home;

import io.breakwater.common.id.IncarnationId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * A trunk belongs to an address, and who answers there says whose trunk it is. So a seed may turn out to be a member
 * whose address reads otherwise: then its trunk is that member's, and the member's own address is left alone. Whoever
 * is open first stays, since sessions are attached through it; a second one to the same node is turned away before it
 * has carried anything.
 *
 * A node that has left the view is not cut off at once: it still owes answers for what it handed to others.
 */
/**
 * Decides which trunks an event loop keeps: one to each member of the newest view, and to the seeds
 * while no member can be reached. Pure: told what happened, and asked what is to be done. Confined
 * to its event loop.
 */
public final class TrunkDirectory {
  /** How long a trunk stays open after its node has left the view, ms. */
  static final int LEAVE_MS = 60_000;

  private static final long NEVER = Long.MAX_VALUE;

  private final List<NodeAddress> seeds;
  private final Map<NodeAddress, Held> held = new LinkedHashMap<>();
  private View view = View.NONE;

  /** What is to be done about trunks, in this order. */
  public sealed interface Step {
    /** Give up the trunk to this address. */
    record Close(NodeAddress address) implements Step {}

    /** Open a trunk to this address, and again whenever it is lost. */
    record Open(NodeAddress address) implements Step {}
  }

  /** A trunk that was asked for. */
  private static final class Held {
    /** Who answers; nobody while it is not open. */
    private @Nullable IncarnationId node;

    /** When it is given up, since its node has left the view. */
    private long closeAtMs = NEVER;
  }

  /**
   * Knows no view yet, and holds no trunk.
   *
   * @param seeds where to ask for a view
   */
  public TrunkDirectory(Collection<NodeAddress> seeds) {
    this.seeds = List.copyOf(seeds);
  }

  /** A newer view than the one before. */
  public void changed(View newer, long nowMs) {
    for (Held trunk : held.values()) {
      IncarnationId node = trunk.node;
      if (node == null || newer.has(node)) {
        trunk.closeAtMs = NEVER;
      } else if (view.has(node)) {
        trunk.closeAtMs = nowMs + LEAVE_MS;
      }
    }
    view = newer;
  }

  /**
   * A node has answered at an address.
   *
   * @return false if there is another open trunk to it: this one is to be tried again later, if it
   *     is still wanted then
   */
  public boolean opened(NodeAddress address, IncarnationId node) {
    Held trunk = held.get(address);
    if (trunk == null || openNodes().contains(node)) {
      return false;
    }
    trunk.node = node;
    return true;
  }

  /** An open trunk is open no more. */
  public void lost(NodeAddress address) {
    Held trunk = held.get(address);
    if (trunk != null) {
      trunk.node = null;
      trunk.closeAtMs = NEVER;
    }
  }

  /** What is to be done now; it counts as done. */
  public List<Step> steps(long nowMs) {
    Set<NodeAddress> wanted = wanted();
    List<Step> steps = new ArrayList<>();
    held.forEach(
        (address, trunk) -> {
          if (!isKept(address, trunk, wanted, nowMs)) {
            steps.add(new Step.Close(address));
          }
        });
    for (Step step : steps) {
      if (step instanceof Step.Close(NodeAddress address)) {
        held.remove(address);
      }
    }
    for (NodeAddress address : wanted) {
      if (held.putIfAbsent(address, new Held()) == null) {
        steps.add(new Step.Open(address));
      }
    }
    return steps;
  }

  /** Where a trunk is to be tried, or to be kept whoever answers there. */
  private Set<NodeAddress> wanted() {
    Set<IncarnationId> open = openNodes();
    Set<NodeAddress> wanted = new LinkedHashSet<>();
    view.members()
        .forEach(
            (node, address) -> {
              if (!open.contains(node)) {
                wanted.add(address);
              }
            });
    if (open.stream().noneMatch(view::has)) {
      wanted.addAll(seeds);
    }
    return wanted;
  }

  private boolean isKept(NodeAddress address, Held trunk, Set<NodeAddress> wanted, long nowMs) {
    IncarnationId node = trunk.node;
    if (node != null && view.has(node)) {
      return true;
    }
    return trunk.closeAtMs == NEVER ? wanted.contains(address) : nowMs < trunk.closeAtMs;
  }

  private Set<IncarnationId> openNodes() {
    Set<IncarnationId> open = new HashSet<>();
    for (Held trunk : held.values()) {
      if (trunk.node != null) {
        open.add(trunk.node);
      }
    }
    return open;
  }

  /** How many trunks should be open: all, but for those whose nodes have left. */
  public int wantedTrunks() {
    int leaving = 0;
    for (Held trunk : held.values()) {
      if (trunk.closeAtMs != NEVER) {
        leaving++;
      }
    }
    return held.size() - leaving;
  }
}
