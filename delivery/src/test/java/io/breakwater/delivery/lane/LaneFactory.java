package io.breakwater.delivery.lane;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.storage.StorageLayout;
import java.util.Set;

/** Makes lanes that do not keep every rule, which no production code can. */
public final class LaneFactory {
  private LaneFactory() {}

  /** See the constructor of {@link Lane}. */
  public static Lane lane(
      LaneEffects effects,
      LaneLimits limits,
      StorageLayout layout,
      Set<Rule> rules,
      IncarnationId incarnation,
      long firstId,
      long ceiling) {
    return new Lane(effects, limits, layout, rules, incarnation, firstId, ceiling);
  }
}
