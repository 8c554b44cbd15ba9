package io.breakwater.delivery.simulation;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.node.Detector;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * As slow as JGroups is: a crash is seen after a second, a freeze after six to eight; who comes is
 * found at once or after half a minute; and now and then it suspects somebody who is just fine.
 */
final class SimulatedDetector implements Detector {
  private static final long CRASH_MS = 1_000;
  private static final long FREEZE_MS = 6_000;
  private static final long NEVER = Long.MAX_VALUE / 4;

  private static final class Sight {
    long findAtMs = NEVER;
    long heardAtMs;
    long patienceMs = FREEZE_MS;
    boolean isSeen;
  }

  private final World world;
  private final SimulatedNode owner;
  private final Dice dice;
  private final Map<IncarnationId, Sight> sights = new HashMap<>();

  SimulatedDetector(World world, SimulatedNode owner) {
    this.world = world;
    this.owner = owner;
    dice = world.dice.another();
  }

  @Override
  public Set<IncarnationId> seen() {
    long nowMs = world.time.nowMs();
    Set<IncarnationId> seen = new HashSet<>();
    Set<IncarnationId> alive = new HashSet<>();
    for (SimulatedNode node : world.nodes()) {
      if (node == owner || !node.isListening()) {
        continue;
      }
      alive.add(node.id);
      Sight sight = sights.computeIfAbsent(node.id, _ -> new Sight());
      if (!node.isPaused() && !world.isCut(node, owner) && !world.isCut(owner, node)) {
        sight.heardAtMs = nowMs;
        if (sight.findAtMs == NEVER) {
          sight.findAtMs = nowMs + findMs();
        }
      }
      update(sight, nowMs);
      if (sight.isSeen) {
        seen.add(node.id);
      }
    }
    sights.forEach(
        (id, sight) -> {
          if (!alive.contains(id) && sight.isSeen && nowMs - sight.heardAtMs < CRASH_MS) {
            seen.add(id);
          }
        });
    sights.keySet().removeIf(id -> !alive.contains(id) && !seen.contains(id));
    return seen;
  }

  private void update(Sight sight, long nowMs) {
    if (sight.isSeen && nowMs - sight.heardAtMs > sight.patienceMs) {
      sight.isSeen = false;
      sight.findAtMs = NEVER;
    } else if (sight.isSeen && !world.healed && dice.chance(world.plan.fleet().suspicion())) {
      sight.isSeen = false;
      sight.findAtMs = nowMs + dice.between(2_000L, 15_000L);
    } else if (!sight.isSeen && nowMs >= sight.findAtMs && nowMs - sight.heardAtMs < FREEZE_MS) {
      sight.isSeen = true;
      sight.patienceMs = FREEZE_MS + dice.between(0L, 2_000L);
    }
  }

  private long findMs() {
    return world.healed || dice.chance(0.7) ? dice.between(200L, 2_500L) : 30_000;
  }

  @Override
  public void lookAt(Collection<String> addresses) {
    // All are found.
  }
}
