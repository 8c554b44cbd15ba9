package io.breakwater.delivery.membership;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.ShardMap;
import io.breakwater.storage.ViewStore.Earlier;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a view means for one node: for each shard, its standing. Immutable; made anew whenever the
 * view or who has released changes.
 */
public final class Standings {
  private final IncarnationId self;
  private final long view;
  private final ShardMap map;
  private final Standing[] standings = new Standing[Shard.COUNT];

  /**
   * @param cluster has at least one member
   */
  public Standings(IncarnationId self, Cluster cluster) {
    this.self = self;
    this.view = cluster.view().number();
    this.map = new ShardMap(cluster.view().members());
    List<ShardMap> earlier =
        cluster.view().earlier().stream().map(Earlier::members).map(ShardMap::new).toList();
    Set<IncarnationId> holders = new HashSet<>(cluster.holders());
    // What this node lost in between and has not handed off is still here.
    holders.remove(self);
    for (int number = 0; number < standings.length; number++) {
      Shard shard = new Shard(number);
      boolean isHeld =
          earlier.stream().map(each -> each.ownerOf(shard)).anyMatch(holders::contains);
      standings[number] =
          !map.ownerOf(shard).equals(self)
              ? Standing.AWAY
              : isHeld ? Standing.GAINING : Standing.HOME;
    }
  }

  /** Number of the view. */
  public long view() {
    return view;
  }

  /** This node's standing for a shard. */
  public Standing of(Shard shard) {
    return standings[shard.number()];
  }

  /** The home of a shard, now or soon. */
  public IncarnationId ownerOf(Shard shard) {
    return map.ownerOf(shard);
  }

  /** How many shards this node has this standing for. */
  public int count(Standing standing) {
    int count = 0;
    for (Standing each : standings) {
      count += each == standing ? 1 : 0;
    }
    return count;
  }

  /** Whose standings these are. */
  public IncarnationId self() {
    return self;
  }
}
