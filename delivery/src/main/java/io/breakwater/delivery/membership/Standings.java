package io.breakwater.delivery.membership;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.ShardMap;
import io.breakwater.storage.ViewStore.Earlier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a view means for one node: for each shard, its standing. Immutable; made anew whenever the
 * view or who has released changes.
 */
public final class Standings {
  private final long view;
  private final @Nullable ShardMap map;
  private final Standing[] standings = new Standing[Shard.COUNT];

  private Standings() {
    view = 0;
    map = null;
    Arrays.fill(standings, Standing.AWAY);
  }

  /** Of a node that is no member of any view yet: it is home to nothing, and nobody is known. */
  public static Standings none() {
    return new Standings();
  }

  /**
   * @param cluster has at least one member
   */
  public Standings(IncarnationId self, Cluster cluster) {
    this.view = cluster.view().number();
    ShardMap owners = new ShardMap(cluster.view().members());
    this.map = owners;
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
          !owners.ownerOf(shard).equals(self)
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

  /** The home of a shard, now or soon; empty before the first view. */
  public Optional<IncarnationId> ownerOf(Shard shard) {
    return map == null ? Optional.empty() : Optional.of(map.ownerOf(shard));
  }

  /** How many shards this node has this standing for. */
  public int count(Standing standing) {
    int count = 0;
    for (Standing each : standings) {
      count += each == standing ? 1 : 0;
    }
    return count;
  }
}
