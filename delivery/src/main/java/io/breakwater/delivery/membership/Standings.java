package io.breakwater.delivery.membership;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.ShardMap;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a view means for one node: for each shard, its standing. Immutable; made anew whenever the
 * view or who has released changes.
 */
public final class Standings {
  private final long view;
  private final @Nullable ShardMap map;

  /** From the earliest to the newest. */
  private final List<Owners> listed;

  private final Cluster cluster;
  private final Standing[] standings = new Standing[Shard.COUNT];

  private Standings() {
    view = 0;
    map = null;
    listed = List.of();
    cluster = Cluster.NONE;
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
    this.cluster = cluster;
    this.listed =
        Stream.concat(
                cluster.view().earlier().stream()
                    .map(each -> new Owners(each.number(), new ShardMap(each.members()))),
                Stream.of(new Owners(view, owners)))
            .toList();
    for (int number = 0; number < standings.length; number++) {
      Shard shard = new Shard(number);
      standings[number] =
          !owners.ownerOf(shard).equals(self)
              ? Standing.AWAY
              : isHeld(shard, owner -> !owner.equals(self)) ? Standing.GAINING : Standing.HOME;
    }
  }

  /** Who owns what in a view. */
  private record Owners(long view, ShardMap map) {}

  /**
   * Whether an owner under any listed view may still speak for a shard: until it has released the
   * view that took the shard from it, or a later one.
   *
   * <p>That is the one right after the listed one: members are listed when the next view changes
   * them. Or it came later, and the lists between are gone, since their members had released it.
   *
   * @param counts who is looked at: nobody waits for itself, since what it lost in between and has
   *     not handed off is here
   */
  private boolean isHeld(Shard shard, Predicate<IncarnationId> counts) {
    for (int i = 1; i < listed.size(); i++) {
      IncarnationId before = listed.get(i - 1).map().ownerOf(shard);
      if (counts.test(before)
          && !before.equals(listed.get(i).map().ownerOf(shard))
          && cluster.holds(before, listed.get(i - 1).view() + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Number of the view. */
  public long view() {
    return view;
  }

  /** This node's standing for a shard. */
  public Standing of(Shard shard) {
    return standings[shard.number()];
  }

  /**
   * Whether an earlier owner may have anything of a shard that its home lacks. If not, what comes
   * of it was settled since, or was never published.
   */
  public boolean awaits(Shard shard, IncarnationId owner) {
    return isHeld(shard, owner::equals);
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
